/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* dns, imds: a packet to a DNS server, or between a process and the metadata service of a cloud. */
#ifndef MARTLET_RECORD_PACKET_H
#define MARTLET_RECORD_PACKET_H

#include "address.h"

#define MARTLET_PAYLOAD_MAX 4096 /* bytes of a packet's payload that a record takes */

/* martlet_packet_record.flags */
enum martlet_packet_flag {
	MARTLET_PACKET_INGRESS = 1 << 0,
};

/* The header's process and credentials are those with which the process last caused a packet of the socket. */
struct martlet_packet_record {
	struct martlet_record_header header;
	struct martlet_address source;
	struct martlet_address destination;
	__u64 flow;                    /* of TCP: different for every connection, the same both ways */
	__u32 sequence;                /* of TCP: number of the first byte of the payload */
	__u32 size;                    /* of the packet, its link header included */
	__u32 payload_size;            /* `payload` may be less: a beginning, or nothing */
	__u32 netns;                   /* inode number of the device's network namespace */
	__u32 ifindex;
	__u16 ethertype;               /* ETH_P_* */
	__u16 segment_size;            /* of UDP: the payload is datagrams of this size, for the device to part; 0: it is one */
	__u8 protocol;                 /* IPPROTO_* */
	__u8 flags;                    /* enum martlet_packet_flag */
	__u16 reserved[3];
	struct martlet_slice device;   /* name */
	struct martlet_slice payload;
};
_Static_assert(sizeof(struct martlet_packet_record) == 192, "bump MARTLET_ABI_VERSION");

#endif
