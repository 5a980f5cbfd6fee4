/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * dns, imds: a packet to a DNS server, or between a process and the metadata service of a cloud.
 * Hook:    tp_btf/net_dev_queue(struct sk_buff *), on the way out; tp_btf/neigh_event_send_done(struct neighbour *, int),
 *          before that, where the address of a neighbour is not known yet; tp_btf/netif_receive_skb(struct sk_buff *), on
 *          the way in, attached only if an imds event is wanted
 * Why:     every packet of every device and network namespace passes there, and on its way out it still has its socket.
 *          What runs in each device (tc, XDP) would have to be attached to each device to come. What hangs in a control
 *          group (cgroup/skb) would have to be attached to the root of all, and does not see packet sockets
 * Checked: 6.18
 *
 * A packet goes to whom its socket belongs to. A process that sends has the socket among its files; that makes it the
 * owner of the connection. What the kernel sends later in a softirq (what waited for an acknowledgement or for the
 * address of a neighbour), and what comes in, goes to the owner.
 *
 * Not seen: packet sockets that pass by the queues (PACKET_QDISC_BYPASS), AF_XDP. Before 6.12 tracepoints cannot read
 * the pages of a packet, where most payload of TCP is.
 */
#ifndef MARTLET_PACKET_H
#define MARTLET_PACKET_H

#include "call.h"
#include "scope.h"
#include "socket.h"

#define DNS_PORT 53
#define EXTENSION_HEADERS 8 /* of IPv6, that are passed over; more of them are no packet of anybody's */
#define FLOWS 16384
#define OWN_FILES 4096      /* descriptors that are searched for a socket */
#define SAME_PACKET_NS 1000000

/* One connection, or the packets between two ports, as the process that we watch sees it. */
struct flow_key {
	__u64 local[2], remote[2];
	__u32 netns;
	__u16 local_port, remote_port;
	__u64 protocol;
};

/* Who caused its packets, and with which identity. */
struct flow {
	__u64 id;           /* when its first packet passed */
	__u64 socket;       /* address of its struct sock, and number of the inode: addresses are reused */
	__u64 inode;
	__u32 tgid;
	__u32 tid;
	struct martlet_credentials credentials;
	__u64 cgroup;
	__u64 passed;       /* when its last packet passed, where that one's bytes were, and in which device */
	__u64 head;
	__u32 ifindex;
	__u32 reserved;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, FLOWS);
	__type(key, struct flow_key);
	__type(value, struct flow);
} MAP(flows);

/*
 * Where records of packets are built. Packets pass in softirqs too, which may come while a program of a system call is
 * at work on the processor's scratch; no two packets pass at once on a processor.
 */
struct packet_room {
	struct martlet_envelope envelope;
	struct martlet_packet_record record;
	__u8 tail[16 + MARTLET_PAYLOAD_MAX];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct packet_room);
} MAP(packet_rooms);

/* What the headers of a packet say. */
struct packet {
	struct martlet_address source, destination;
	__u32 network;    /* offsets from skb->head */
	__u32 payload;
	__u32 size;       /* of the payload */
	__u32 sequence;
	__u16 ethertype;
	__u8 protocol;
};

/* The protocol behind the extension headers of IPv6 at `*offset`, which moves there; 0 if there is none to be found. */
static __always_inline __u8 extensions_skip(const unsigned char *head, __u32 *offset, __u8 next)
{
	__u8 header[4];

	for (int i = 0; i < EXTENSION_HEADERS; i++) {
		if (next != 0 && next != 43 && next != 60 && next != 44)
			return next;
		if (bpf_probe_read_kernel(header, sizeof(header), head + *offset))
			return 0;
		/* a fragment has 8 bytes, and only the first one has the ports */
		if (next == 44 && ((header[2] << 8 | header[3]) & 0xfff8))
			return 0;
		*offset += next == 44 ? 8 : (header[1] + 1) * 8;
		next = header[0];
	}
	return 0;
}

/* Reads the headers; false for a packet that is none of TCP or UDP. */
static __always_inline bool packet_parse(struct packet *packet, struct sk_buff *skb)
{
	const unsigned char *head = skb->head;
	__u32 offset = skb->network_header, end;
	__u8 bytes[40], transport[20];

	packet->ethertype = bpf_ntohs(skb->protocol);
	if (skb->sk && skb->sk->__sk_common.skc_family == AF_PACKET) {
		/* What the sender of a frame says it is may be wrong: the frame is believed. */
		__be16 ethertype = 0;

		offset = skb->data - head + ETH_HLEN;
		bpf_probe_read_kernel(&ethertype, sizeof(ethertype), head + offset - sizeof(ethertype));
		packet->ethertype = bpf_ntohs(ethertype);
	}
	packet->network = offset;
	if (packet->ethertype == ETH_P_IP) {
		packet->protocol = as(iphdr, head + offset)->protocol;
		if (packet->protocol != IPPROTO_TCP && packet->protocol != IPPROTO_UDP)
			return false;
		if (bpf_probe_read_kernel(bytes, 20, head + offset) || ((bytes[6] << 8 | bytes[7]) & 0x1fff))
			return false;
		ipv4_set(&packet->source, *(__be32 *)(bytes + 12));
		ipv4_set(&packet->destination, *(__be32 *)(bytes + 16));
		packet->source.family = packet->destination.family = AF_INET;
		end = offset + (bytes[2] << 8 | bytes[3]);
		offset += (bytes[0] & 15) * 4;
	} else if (packet->ethertype == ETH_P_IPV6) {
		if (bpf_probe_read_kernel(bytes, 40, head + offset))
			return false;
		end = offset + 40 + (bytes[4] << 8 | bytes[5]);
		offset += 40;
		packet->protocol = extensions_skip(head, &offset, bytes[6]);
		if (packet->protocol != IPPROTO_TCP && packet->protocol != IPPROTO_UDP)
			return false;
		ipv6_set(&packet->source, (__be64 *)(bytes + 8));
		ipv6_set(&packet->destination, (__be64 *)(bytes + 24));
		packet->source.family = packet->destination.family = AF_INET6;
	} else {
		return false;
	}
	if (bpf_probe_read_kernel(transport, packet->protocol == IPPROTO_TCP ? 20 : 8, head + offset))
		return false;
	packet->source.port = transport[0] << 8 | transport[1];
	packet->destination.port = transport[2] << 8 | transport[3];
	if (packet->protocol == IPPROTO_TCP) {
		packet->sequence = bpf_ntohl(*(__be32 *)(transport + 4));
		offset += (transport[12] >> 4) * 4;
	} else {
		offset += 8;
	}
	packet->payload = offset;
	/* A frame may be padded; a packet of many segments has no length of its own, or one that is too long to be told. */
	if (end <= packet->network + 40 || as(skb_shared_info, head + skb->end)->gso_size)
		end = skb->data - head + skb->len;
	packet->size = end > offset ? end - offset : 0;
	return true;
}

#define METADATA_SERVICE 0xa9fea9feU /* 169.254.169.254 */

static __always_inline bool is_metadata_service(struct martlet_address *address)
{
	switch (address->high) {
	case 0: return address->low == (0xffffULL << 32 | METADATA_SERVICE);
	case 0xfd000ec200000000ULL: return address->low == 0x254;          /* AWS */
	case 0xfd2000ce00000000ULL: return address->low == 0x254;          /* GCP */
	case 0xfd0000c100000000ULL: return address->low == 0xa9fea9fe;     /* Oracle */
	}
	return false;
}

struct search {
	__u64 files;   /* struct file ** */
	__u64 socket;
	__u64 found;
};

static long search_step(__u32 index, struct search *search)
{
	struct file *file = NULL;

	bpf_probe_read_kernel(&file, sizeof(file), (struct file **)search->files + index);
	if (file && (__u64)as(file, file)->private_data == search->socket)
		search->found = 1;
	return search->found;
}

/* Whether the current process has the socket, as the descriptor of the call that it is in or as any other. */
static __always_inline bool owns(struct task_struct *task, struct socket *socket)
{
	struct pt_regs *regs = as(pt_regs, bpf_task_pt_regs(bpf_get_current_task_btf()));
	struct file *file = file_of(task, task->thread_info.status & TS_COMPAT ? regs->bx : regs->di);
	struct fdtable *table = task->files->fdt;
	struct search search = { .files = (__u64)table->fd, .socket = (__u64)socket };
	__u32 count = table->max_fds;

	if (!socket)
		return false;
	if (file && file->private_data == socket)
		return true;
	bpf_loop(count < OWN_FILES ? count : OWN_FILES, search_step, &search, 0);
	return search.found;
}

static __always_inline void flow_key_set(struct flow_key *key, struct packet *packet, __u32 netns, bool ingress)
{
	struct martlet_address *local = ingress ? &packet->destination : &packet->source;
	struct martlet_address *remote = ingress ? &packet->source : &packet->destination;

	key->local[0] = local->high;
	key->local[1] = local->low;
	key->remote[0] = remote->high;
	key->remote[1] = remote->low;
	key->netns = netns;
	key->local_port = local->port;
	key->remote_port = remote->port;
	key->protocol = packet->protocol;
}

/* The flow that a packet on its way out belongs to; NULL if none of a process that we watch. */
static __always_inline struct flow *flow_of(struct flow_key *key, struct sock *sk)
{
	struct task_struct *task = current_task();
	struct flow *flow = bpf_map_lookup_elem(&flows, key);
	struct flow begun = { .id = bpf_ktime_get_ns(), .socket = (__u64)sk };
	struct socket *socket = sk->sk_socket;

	if (socket)
		begun.inode = as(socket_alloc, socket)->vfs_inode.i_ino;
	if (flow && (flow->socket != begun.socket || (socket && flow->inode != begun.inode)))
		flow = NULL; /* of a socket before, at the same address or with the same port */
	if (!in_scope(task))
		return flow;
	/* Who has a ring may have sockets in it that are no descriptors. */
	if (!owns(task, socket) && (flow || !bpf_core_field_exists(task->io_uring) || !task->io_uring))
		return flow;
	if (!flow) {
		bpf_map_update_elem(&flows, key, &begun, BPF_ANY);
		flow = bpf_map_lookup_elem(&flows, key);
		if (!flow)
			return NULL;
	}
	flow->tgid = task->tgid;
	flow->tid = task->pid;
	flow->cgroup = cgroup_of(task);
	credentials_read(&flow->credentials, task);
	return flow;
}

/* Whether it is the flow's last packet on its way through one more device: a bridge, a bond, a VLAN. */
static __always_inline bool passed_before(struct flow *flow, struct sk_buff *skb)
{
	__u64 now = bpf_ktime_get_ns(), head = (__u64)skb->head;
	__u32 ifindex = skb->dev->ifindex;
	bool passed = flow->head == head && flow->ifindex != ifindex && now - flow->passed < SAME_PACKET_NS;

	flow->passed = now;
	flow->head = head;
	flow->ifindex = ifindex;
	return passed;
}

/*
 * Whether nobody asks for this packet, told from what ordinary sockets of TCP and UDP know without a look at the packet:
 * nearly all packets of a host are theirs. A connected one knows where it goes to before the address translation of this
 * host does.
 */
static __always_inline bool is_unwanted(struct sk_buff *skb, struct sock *sk)
{
	__u16 port = sk->__sk_common.skc_dport, family = sk->__sk_common.skc_family;
	struct martlet_address peer = {};

	if (port == bpf_htons(DNS_PORT) || (family != AF_INET && family != AF_INET6))
		return false;
	if (sk->sk_protocol == IPPROTO_UDP && sk->sk_type == SOCK_DGRAM)
		return as(udphdr, skb->head + skb->transport_header)->dest != bpf_htons(DNS_PORT);
	if (sk->sk_protocol != IPPROTO_TCP || sk->sk_type != SOCK_STREAM)
		return false;
	if (family == AF_INET)
		return sk->__sk_common.skc_daddr != bpf_htonl(METADATA_SERVICE);
	address_read(&peer, sk, true);
	return !is_metadata_service(&peer);
}

/* The same of a packet on its way in, which has no socket yet. */
static __always_inline bool is_unwanted_answer(struct sk_buff *skb)
{
	const unsigned char *header = skb->head + skb->network_header;

	if (skb->protocol == bpf_htons(ETH_P_IP))
		return as(iphdr, header)->saddr != bpf_htonl(METADATA_SERVICE);
	return skb->protocol != bpf_htons(ETH_P_IPV6) || as(ipv6hdr, header)->nexthdr != IPPROTO_TCP;
}

/* Copies `size` bytes at `offset` from skb->head, or as many as the packet has in one piece. Returns how many. */
static __always_inline __u32 payload_copy(void *out, struct sk_buff *skb, struct sk_buff *trusted, __u32 offset, __u64 size)
{
	__u32 begin = offset - (skb->data - skb->head);
	__u32 linear = skb->len - skb->data_len;
	struct bpf_dynptr pages;

	if (size > MARTLET_PAYLOAD_MAX)
		size = MARTLET_PAYLOAD_MAX;
	if (config.has_packet_pages) {
		if (bpf_dynptr_from_skb(trusted, 0, &pages))
			return 0;
		asm volatile("" : "+r"(size)); /* the bound that follows must be on the register that is passed */
		if (size > MARTLET_PAYLOAD_MAX)
			size = MARTLET_PAYLOAD_MAX;
		return size && !bpf_dynptr_read(out, size, &pages, begin, 0) ? size : 0;
	}
	if (begin >= linear)
		return 0;
	if (size > linear - begin)
		size = linear - begin;
	asm volatile("" : "+r"(size));
	if (size > MARTLET_PAYLOAD_MAX)
		size = MARTLET_PAYLOAD_MAX;
	return bpf_probe_read_kernel(out, size, skb->head + offset) ? 0 : size;
}

static __always_inline void packet_emit(__u32 type, struct packet *packet, struct sk_buff *skb, struct sk_buff *trusted,
					struct flow *flow, bool ingress)
{
	struct net_device *device = skb->dev;
	struct martlet_packet_record *record;
	__u64 cgroup, waiting = ring_waiting();
	struct packet_room *room;
	__u32 zero = 0;
	long n;

	cgroup = ledger_see(type, flow->cgroup);
	if (share_spent(type, cgroup, flow->tgid, waiting)) {
		ledger_lose(type, cgroup, lost_share);
		return;
	}
	room = bpf_map_lookup_elem(&packet_rooms, &zero);
	if (!room) {
		ledger_lose(type, cgroup, lost_scratch);
		return;
	}
	room->envelope.cgroup = cgroup;
	record = &room->record;
	__builtin_memset(record, 0, sizeof(*record));
	record->header.type = type;
	record->header.ktime_ns = bpf_ktime_get_ns();
	record->header.pid = flow->tgid;
	record->header.tid = flow->tid;
	record->header.credentials = flow->credentials;
	record->source = packet->source;
	record->destination = packet->destination;
	record->sequence = packet->sequence;
	record->size = skb->len;
	if (ingress) {
		record->flags = MARTLET_PACKET_INGRESS;
		record->size += skb->network_header - skb->mac_header; /* which has been taken off */
	}
	if (packet->protocol == IPPROTO_TCP)
		record->flow = flow->id;
	else
		record->segment_size = as(skb_shared_info, skb->head + skb->end)->gso_size;
	record->payload_size = packet->size;
	record->netns = device->nd_net.net->ns.inum;
	record->ifindex = device->ifindex;
	record->ethertype = packet->ethertype;
	record->protocol = packet->protocol;
	record->device.offset = sizeof(*record);
	n = bpf_probe_read_kernel_str(room->tail, 16, device->name);
	record->device.length = n > 1 ? n - 1 : 0;
	record->payload.offset = sizeof(*record) + 16;
	record->payload.length = payload_copy(room->tail + 16, skb, trusted, packet->payload, packet->size);
	record_output(&record->header, sizeof(*record) + 16 + (record->payload.length & (2 * MARTLET_PAYLOAD_MAX - 1)),
		      waiting);
}

/*
 * The event that a packet on its way out is for, with the flow that it belongs to; NONE if it is none of a process that
 * we watch.
 */
static __always_inline __u32 packet_classify(struct packet *packet, struct sk_buff *skb, struct flow **flow)
{
	struct martlet_address peer = {};
	struct flow_key key = {};
	struct sock *sk = skb->sk;
	struct net *net;
	__u32 type;

	/* What goes through a bridge has a socket of another namespace. */
	net = skb->dev->nd_net.net;
	if (sk->__sk_common.skc_net.net != net || !packet_parse(packet, skb))
		return MARTLET_RECORD_NONE;
	address_read(&peer, sk, true);
	if (packet->destination.port == DNS_PORT || peer.port == DNS_PORT)
		type = MARTLET_RECORD_DNS;
	else if (packet->protocol == IPPROTO_TCP && (is_metadata_service(&packet->destination) || is_metadata_service(&peer)))
		type = MARTLET_RECORD_IMDS;
	else
		return MARTLET_RECORD_NONE;
	if (!wanted(type))
		return MARTLET_RECORD_NONE;
	flow_key_set(&key, packet, net->ns.inum, false);
	*flow = flow_of(&key, sk);
	return *flow ? type : MARTLET_RECORD_NONE;
}

/* Apart from the program, so that a packet that nobody asks for does not pay for its variables. */
static __noinline int packet_out(struct sk_buff *skb, struct sk_buff *trusted)
{
	struct packet packet = {};
	struct flow *flow = NULL;
	__u32 type = packet_classify(&packet, skb, &flow);

	if (type && flow && !passed_before(flow, skb) && (packet.size || packet.protocol == IPPROTO_UDP))
		packet_emit(type, &packet, skb, trusted, flow, false);
	return 0;
}

SEC("tp_btf/net_dev_queue")
int BPF_PROG(martlet_packet_out, struct sk_buff *trusted)
{
	struct sk_buff *skb = as(sk_buff, trusted);
	struct sock *sk = skb->sk;

	/* Who asks for something has a socket. */
	if (!sk || is_unwanted(skb, sk))
		return 0;
	return packet_out(skb, trusted);
}

/* The packet was put at the end of the queue of those that wait for the address of this neighbour: it has an owner now. */
SEC("tp_btf/neigh_event_send_done")
int BPF_PROG(martlet_packet_waiting, struct neighbour *neighbour, int waits)
{
	struct sk_buff_head *queue = &as(neighbour, neighbour)->arp_queue;
	struct packet packet = {};
	struct flow *flow = NULL;
	struct sk_buff *skb;

	if (!waits || !queue->qlen)
		return 0;
	skb = as(sk_buff, queue->prev);
	if (skb->sk && !is_unwanted(skb, skb->sk))
		packet_classify(&packet, skb, &flow);
	return 0;
}

SEC("tp_btf/netif_receive_skb")
int BPF_PROG(martlet_packet_in, struct sk_buff *trusted)
{
	struct sk_buff *skb = as(sk_buff, trusted);
	struct packet packet = {};
	struct flow_key key = {};
	struct flow *flow;

	if (is_unwanted_answer(skb))
		return 0;
	if (!packet_parse(&packet, skb) || packet.protocol != IPPROTO_TCP || !packet.size ||
	    !is_metadata_service(&packet.source))
		return 0;
	flow_key_set(&key, &packet, skb->dev->nd_net.net->ns.inum, true);
	flow = bpf_map_lookup_elem(&flows, &key);
	if (flow)
		packet_emit(MARTLET_RECORD_IMDS, &packet, skb, trusted, flow, true);
	return 0;
}

#endif
