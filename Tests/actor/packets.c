/* SPDX-License-Identifier: Apache-2.0 */
#include "actor.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

/* Bytes of `text`: hexadecimal digits by pairs. */
static size_t unhex(const char *text, uint8_t *out, size_t room)
{
	size_t length = 0;

	for (; text[0] && text[1] && length < room; text += 2) {
		char pair[3] = { text[0], text[1], 0 };

		out[length++] = strtol(pair, NULL, 16);
	}
	return length;
}

/* Sends each of the words, in a segment of its own. */
static void send_words(int fd, int argc, char **argv)
{
	uint8_t bytes[65536];

	for (int i = 0; i < argc; i++) {
		size_t length = unhex(argv[i], bytes, sizeof(bytes));

		must("send", send(fd, bytes, length, MSG_NOSIGNAL));
	}
}

/* Reads all that comes until the end. */
static void swallow(int fd)
{
	char bytes[4096];

	while (read(fd, bytes, sizeof(bytes)) > 0)
		;
}

/* ADDRESS HEX...: datagrams to port 53. */
static int dns_udp(int argc, char **argv)
{
	own_network(NULL);
	bound("udp", argv[1], 53);
	send_words(connected("udp", argv[1], 53), argc - 2, argv + 2);
	return 0;
}

/* ADDRESS HEX...: the same, all by one call. */
static int dns_many(int argc, char **argv)
{
	static uint8_t bytes[8][1024];
	struct iovec pieces[8];
	struct mmsghdr messages[8] = { 0 };
	int count = argc - 2 < 8 ? argc - 2 : 8;

	own_network(NULL);
	bound("udp", argv[1], 53);
	for (int i = 0; i < count; i++) {
		pieces[i] = (struct iovec){ bytes[i], unhex(argv[i + 2], bytes[i], sizeof(bytes[i])) };
		messages[i].msg_hdr = (struct msghdr){ .msg_iov = &pieces[i], .msg_iovlen = 1 };
	}
	must("sendmmsg", sendmmsg(connected("udp", argv[1], 53), messages, count, MSG_NOSIGNAL));
	return 0;
}

/* The same in a child that has the socket from its parent. */
static int dns_inherited(int argc, char **argv)
{
	own_network(NULL);
	int fd = connected("udp", argv[1], 53);
	pid_t child = fork();

	if (child == 0) {
		send_words(fd, argc - 2, argv + 2);
		_exit(0);
	}
	tell("child", child);
	return wait_for(child);
}

/* ADDRESS PORT HEX...: datagrams without a connection, to any port. */
static int udp_to(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(number(argv[2])) };

	own_network(NULL);
	int fd = must("socket", socket(AF_INET, SOCK_DGRAM, 0));

	to.sin_addr.s_addr = inet_addr(argv[1]);
	for (int i = 3; i < argc; i++) {
		uint8_t bytes[1024];
		size_t length = unhex(argv[i], bytes, sizeof(bytes));

		must("sendto", sendto(fd, bytes, length, 0, (struct sockaddr *)&to, sizeof(to)));
	}
	return 0;
}

/* SIZE HEX: datagrams of that size from one call, which the device parts. */
static int dns_segmented(int argc, char **argv)
{
	int size = number(argv[1]);

	(void)argc;
	own_network(NULL);
	int fd = connected("udp", "127.0.0.1", 53);
	must("UDP_SEGMENT", setsockopt(fd, SOL_UDP, UDP_SEGMENT, &size, sizeof(size)));
	send_words(fd, 1, argv + 2);
	return 0;
}

static uint16_t checksum(const uint8_t *bytes, size_t length)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < length; i += 2)
		sum += bytes[i] << 8 | bytes[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons(~sum);
}

/* A frame of IPv4 and UDP with the message behind its headers. Returns its length. */
static size_t frame_of(uint8_t *frame, const uint8_t *message, size_t length)
{
	uint8_t *ip = frame + 14, *udp = ip + 20;

	memset(frame, 0, 42);
	frame[12] = 8;
	ip[0] = 0x45;
	*(uint16_t *)(ip + 2) = htons(28 + length);
	ip[8] = 64;
	ip[9] = IPPROTO_UDP;
	*(uint32_t *)(ip + 12) = *(uint32_t *)(ip + 16) = htonl(INADDR_LOOPBACK);
	*(uint16_t *)(ip + 10) = checksum(ip, 20);
	*(uint16_t *)udp = htons(4000);
	*(uint16_t *)(udp + 2) = htons(53);
	*(uint16_t *)(udp + 4) = htons(8 + length);
	memcpy(udp + 8, message, length);
	return 42 + length;
}

/* HEX: a frame through a packet socket that says it is of another protocol. */
static int dns_frame(int argc, char **argv)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ARP) };
	uint8_t message[512], frame[600];
	size_t length = unhex(argv[1], message, sizeof(message));

	(void)argc;
	own_network(NULL);
	to.sll_ifindex = if_nametoindex("lo");
	int fd = must("socket", socket(AF_PACKET, SOCK_RAW, 0));
	length = frame_of(frame, message, length);
	must("sendto", sendto(fd, frame, length, 0, (struct sockaddr *)&to, sizeof(to)));
	return 0;
}

/* HEX: a packet through a raw socket. */
static int dns_raw(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	uint8_t message[512], frame[600];
	size_t length = unhex(argv[1], message, sizeof(message));

	(void)argc;
	own_network(NULL);
	int fd = must("socket", socket(AF_INET, SOCK_RAW, IPPROTO_RAW));
	length = frame_of(frame, message, length);
	must("sendto", sendto(fd, frame + 14, length - 14, 0, (struct sockaddr *)&to, sizeof(to)));
	return 0;
}

/* Answers the first question for a hardware address that comes out of the device. */
static int answer_neighbour(void *device)
{
	uint8_t frame[1514], *arp = frame + 14;
	int tap = *(int *)device;

	do
		must("read", read(tap, frame, sizeof(frame)));
	while (frame[12] != 8 || frame[13] != 6);
	usleep(200000); /* the sender has long gone on by then */
	memcpy(arp + 18, arp + 8, 10);     /* who asked is the target */
	memcpy(arp + 8, "\2mart\1", 6);   /* and here is who was asked for */
	memcpy(arp + 14, "\12\143\0\2", 4); /* 10.99.0.2 */
	arp[7] = 2;
	memcpy(frame, arp + 18, 6);
	memcpy(frame + 6, arp + 8, 6);
	must("write", write(tap, frame, 42));
	usleep(200000);
	return 0;
}

/* HEX: a datagram to a neighbour whose hardware address is told later, by another process. */
static int dns_waiting(int argc, char **argv)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	struct sockaddr_in own = { .sin_family = AF_INET, .sin_addr.s_addr = inet_addr("10.99.0.1") };
	int tap, control;
	pid_t neighbour;

	(void)argc;
	own_network(NULL);
	tap = must("/dev/net/tun", open("/dev/net/tun", O_RDWR));
	must("TUNSETIFF", ioctl(tap, TUNSETIFF, &request));
	neighbour = spawn(answer_neighbour, &tap);
	control = must("socket", socket(AF_INET, SOCK_DGRAM, 0));
	memcpy(&request.ifr_addr, &own, sizeof(own));
	must("SIOCSIFADDR", ioctl(control, SIOCSIFADDR, &request));
	own.sin_addr.s_addr = inet_addr("255.255.255.0");
	memcpy(&request.ifr_netmask, &own, sizeof(own));
	must("SIOCSIFNETMASK", ioctl(control, SIOCSIFNETMASK, &request));
	request.ifr_flags = IFF_UP;
	must("SIOCSIFFLAGS", ioctl(control, SIOCSIFFLAGS, &request));
	int fd = connected("udp", "10.99.0.2", 53);
	send_words(fd, 1, argv + 1);
	close(fd);
	return wait_for(neighbour);
}

/* Accepts a connection at an address, and makes the pair of sockets that its ends are. */
static void pair_at(const char *address, int port, const char *source, int pair[2])
{
	int server = bound("tcp", address, port), one = 1;
	struct sockaddr_in from = { .sin_family = AF_INET }, to = { .sin_family = AF_INET, .sin_port = htons(port) };

	must("listen", listen(server, 1));
	if (source) {
		from.sin_addr.s_addr = inet_addr(source);
		to.sin_addr.s_addr = inet_addr(address);
		pair[0] = must("socket", socket(AF_INET, SOCK_STREAM, 0));
		must("bind", bind(pair[0], (struct sockaddr *)&from, sizeof(from)));
		must("connect", connect(pair[0], (struct sockaddr *)&to, sizeof(to)));
	} else {
		pair[0] = connected("tcp", address, port);
	}
	pair[1] = must("accept", accept(server, NULL, NULL));
	for (int i = 0; i < 2; i++)
		must("TCP_NODELAY", setsockopt(pair[i], SOL_TCP, TCP_NODELAY, &one, sizeof(one)));
	close(server);
}

/* ADDRESS HEX...: segments to port 53. */
static int dns_tcp(int argc, char **argv)
{
	int pair[2];

	own_network(NULL);
	pair_at(argv[1], 53, NULL, pair);
	send_words(pair[0], argc - 2, argv + 2);
	must("shutdown", shutdown(pair[0], SHUT_WR));
	swallow(pair[1]);
	return 0;
}

/*
 * WORD...: a conversation with the metadata service. A word that begins with `>` is a segment of the process, one with
 * `<` a segment of the service, in hexadecimal digits.
 */
static int imds(int argc, char **argv)
{
	int pair[2], requests[2], done[2];
	pid_t service;

	own_network("169.254.169.254");
	pair_at("169.254.169.254", 80, "127.0.0.1", pair);
	must("pipe", pipe(requests));
	must("pipe", pipe(done));
	service = fork();
	if (service == 0) {
		char index;

		close(pair[0]);
		while (read(requests[0], &index, 1) == 1 && index) {
			char *word = argv[(unsigned char)index] + 1;

			send_words(pair[1], 1, &word);
			must("write", write(done[1], &index, 1));
		}
		_exit(0);
	}
	tell("service", service);
	for (int i = 1; i < argc; i++) {
		char index = i, bytes[65536], *word = argv[i] + 1;

		if (argv[i][0] == '>') {
			send_words(pair[0], 1, &word);
			continue;
		}
		must("write", write(requests[1], &index, 1));
		must("read", read(done[0], &index, 1));
		must("read", read(pair[0], bytes, sizeof(bytes)));
	}
	must("write", write(requests[1], "", 1));
	return wait_for(service);
}

const struct actor packet_actors[] = {
	{ "dns-udp", dns_udp, 2 },
	{ "dns-many", dns_many, 2 },
	{ "dns-inherited", dns_inherited, 2 },
	{ "dns-segmented", dns_segmented, 2 },
	{ "dns-frame", dns_frame, 1 },
	{ "dns-raw", dns_raw, 1 },
	{ "dns-tcp", dns_tcp, 2 },
	{ "dns-waiting", dns_waiting, 1 },
	{ "udp", udp_to, 3 },
	{ "imds", imds, 1 },
	{ 0 },
};
