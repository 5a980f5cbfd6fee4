/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A socket and its addresses as the kernel has them. They are in the socket at the exit of the call that set them, and
 * the caller cannot change them there.
 */
#ifndef MARTLET_SOCKET_H
#define MARTLET_SOCKET_H

#include "file.h"

/* The socket behind a file, NULL if it is none. */
static __always_inline struct sock *socket_of(struct file *file)
{
	if (!file || (file->f_inode->i_mode & S_IFMT) != S_IFSOCK)
		return NULL;
	return as(socket, file->private_data)->sk;
}

static __always_inline struct sock *socket_of_fd(struct task_struct *task, __u32 fd)
{
	return socket_of(file_of(task, fd));
}

static __always_inline bool has_ports(struct sock *sk)
{
	return sk->sk_protocol == IPPROTO_TCP || sk->sk_protocol == IPPROTO_UDP || sk->sk_protocol == IPPROTO_UDPLITE;
}

static __always_inline void ipv4_set(struct martlet_address *out, __be32 address)
{
	out->low = 0xffffULL << 32 | bpf_ntohl(address);
}

static __always_inline void ipv6_set(struct martlet_address *out, const __be64 *address)
{
	out->high = bpf_be64_to_cpu(address[0]);
	out->low = bpf_be64_to_cpu(address[1]);
}

/* Fills in family, address and port of one end of a socket of IP, and the family alone of any other. */
static __always_inline void address_read(struct martlet_address *out, struct sock *sk, bool peer)
{
	struct sock_common *common = &sk->__sk_common;
	__be64 words[2] = {};

	out->family = common->skc_family;
	if (out->family == AF_INET) {
		ipv4_set(out, peer ? common->skc_daddr : common->skc_rcv_saddr);
	} else if (out->family == AF_INET6) {
		bpf_probe_read_kernel(words, sizeof(words), peer ? &common->skc_v6_daddr : &common->skc_v6_rcv_saddr);
		ipv6_set(out, words);
	} else {
		return;
	}
	if (has_ports(sk))
		out->port = peer ? bpf_ntohs(common->skc_dport) : common->skc_num;
}

#define SUN_PATH_BYTES 108

/* Appends the name of an AF_UNIX socket; most have none. */
static __always_inline void unix_name_read(struct scratch *scratch, struct martlet_address *out, struct sock *sk)
{
	struct unix_address *address = as(unix_sock, sk)->addr;
	__u32 size;

	if (!address)
		return;
	size = address->len - sizeof(__u16); /* of the family */
	if (size > 0 && size <= SUN_PATH_BYTES &&
	    !bpf_probe_read_kernel(tail_pointer(scratch), size, address->name[0].sun_path))
		slice_close(scratch, &out->name, size);
}

static __always_inline long address_part(void *out, __u32 size, const void *from, bool is_kernel)
{
	return is_kernel ? bpf_probe_read_kernel(out, size, from) : bpf_probe_read_user(out, size, from);
}

/* An address as calls are given it, in the kernel's copy or in the caller's memory. */
static __always_inline void address_given(struct scratch *scratch, struct martlet_address *out, const void *from,
					  __u32 length, bool is_kernel)
{
	struct {
		__u16 family;
		__be16 port;
		__be32 ipv4; /* of IPv6 the flow label */
		__be64 ipv6[2];
	} given = {};
	__u64 size = length - sizeof(given.family);

	/* The memory behind a short address may not be there. */
	if (address_part(&given, sizeof(given), from, is_kernel) && address_part(&given, 16, from, is_kernel) &&
	    address_part(&given.family, sizeof(given.family), from, is_kernel))
		return;
	if (!is_kernel)
		out->flags |= MARTLET_ADDRESS_USER;
	out->family = given.family;
	if (given.family == AF_INET) {
		ipv4_set(out, given.ipv4);
		out->port = bpf_ntohs(given.port);
	} else if (given.family == AF_INET6) {
		ipv6_set(out, given.ipv6);
		out->port = bpf_ntohs(given.port);
	} else if (given.family == AF_UNIX && length > sizeof(given.family)) {
		asm volatile("" : "+r"(size)); /* the bound that follows must be on the register that is passed */
		if (size > SUN_PATH_BYTES)
			size = SUN_PATH_BYTES;
		if (!address_part(tail_pointer(scratch), size, from + sizeof(given.family), is_kernel))
			slice_close(scratch, &out->name, size);
	}
}

/* What the caller gave, where the kernel kept nothing: its memory may have changed since. */
static __always_inline void address_read_user(struct scratch *scratch, struct martlet_address *out, const void *user,
					      __u32 length)
{
	address_given(scratch, out, user, length, false);
}

#endif
