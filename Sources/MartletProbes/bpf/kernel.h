/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Every kernel struct and field we read, and nothing else: our contract with the kernel. Layouts are not those of any
 * one kernel: each access is relocated when the object is loaded (CO-RE). A name after ___ is the same struct as
 * another range of versions has it.
 */
#ifndef MARTLET_KERNEL_H
#define MARTLET_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct { __u32 val; } kuid_t;
typedef struct { __u32 val; } kgid_t;
typedef struct { __u64 val; } kernel_cap_t;  /* before 6.3 two __u32, which are the same eight bytes */

struct qstr { const unsigned char *name; __u32 len; };
struct list_head { struct list_head *next, *prev; };

struct file_system_type { const char *name; };
struct dentry;
struct super_block {
	__u32 s_dev;
	struct file_system_type *s_type;
	unsigned long s_flags;
	unsigned long s_magic;
};

struct timespec64 { __s64 tv_sec; long tv_nsec; };
struct inode {
	__u16 i_mode;
	kuid_t i_uid;
	kgid_t i_gid;
	struct super_block *i_sb;
	unsigned long i_ino;
	__s64 i_mtime_sec;   /* 6.11 on */
	__s64 i_ctime_sec;
	__u32 i_mtime_nsec;
	__u32 i_ctime_nsec;
};
struct inode___6_6 { struct timespec64 __i_mtime, __i_ctime; };  /* 6.7: both; 6.6: __i_ctime only */
struct inode___5_8 { struct timespec64 i_mtime, i_ctime; };

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
	struct super_block *d_sb;
};
struct vfsmount { struct dentry *mnt_root; };
struct mnt_namespace;
struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
	struct mnt_namespace *mnt_ns;
	int mnt_id;
};
struct path { struct vfsmount *mnt; struct dentry *dentry; };

struct callback_head { struct callback_head *next; };
struct file {
	struct inode *f_inode;
	__u32 f_flags;
	struct path f_path;
	void *private_data;
	struct callback_head f_task_work;  /* 6.10 on; before, the work of closing sits in f_rcuhead */
};
struct file___6_1 { struct callback_head f_rcuhead; };

/* overlayfs: 6.5 on; before, the lower inode hangs elsewhere and the upper one's number is reported */
struct ovl_path { struct dentry *dentry; };
struct ovl_entry { __u32 __numlower; struct ovl_path __lowerstack[]; };
struct ovl_inode { struct inode vfs_inode; struct dentry *__upperdentry; struct ovl_entry *oe; };

struct uid_gid_extent { __u32 first, lower_first, count; };
struct uid_gid_map { __u32 nr_extents; struct uid_gid_extent extent[5]; };
struct user_namespace { struct uid_gid_map uid_map, gid_map; };
struct cred {
	kuid_t uid, euid, fsuid;
	kgid_t gid, egid, fsgid;
	kernel_cap_t cap_permitted, cap_effective;
	struct user_namespace *user_ns;
};

struct kernfs_node { struct kernfs_node *__parent; const char *name; __u64 id; };
struct kernfs_node___6_14 { struct kernfs_node *parent; };  /* up to 6.14 */
struct cgroup { struct kernfs_node *kn; };
struct cgroup_subsys_state { struct cgroup *cgroup; };
struct css_set { struct cgroup_subsys_state *subsys[12]; struct cgroup *dfl_cgrp; };

struct tty_struct { char name[64]; };
struct signal_struct {
	struct { int counter; } live;
	int group_exit_code;
	__u32 flags;
	struct tty_struct *tty;
};

struct fdtable { __u32 max_fds; struct file **fd; unsigned long *close_on_exec; };
struct files_struct { struct fdtable *fdt; };
struct fs_struct { struct path pwd; };
struct mm_struct { unsigned long arg_start, arg_end, env_start, env_end; };
struct pid { __u32 level; };
struct thread_info { __u32 status; };

struct task_struct {
	struct thread_info thread_info;
	__u32 flags;
	int exit_code;
	int pid;
	int tgid;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	const struct cred *cred;
	char comm[16];
	struct fs_struct *fs;
	struct files_struct *files;
	struct mm_struct *mm;
	struct signal_struct *signal;
	struct callback_head *task_works;
	struct css_set *cgroups;
	struct io_uring_task *io_uring;
};

struct linux_binprm {
	struct file *executable;
	struct file *file;
	int argc, envc;
	const char *filename;
	const char *interp;
	const char *fdpath;  /* 5.12 on: set by execveat(2) through a descriptor */
};

struct pt_regs {
	unsigned long r10, r9, r8, dx, si, di, orig_ax;  /* x86-64 */
	unsigned long bx, cx, bp;                        /* of a 32-bit call */
};

struct filename { const char *name; };
struct open_how { __u64 flags, mode, resolve; };
struct io_open { int dfd; __u32 file_slot; struct filename *filename; struct open_how how; };
struct io_cmd_data { __u8 data[56]; };
struct io_uring_task { struct task_struct *task; };
struct io_accept { __u32 file_slot; };
struct io_kiocb { struct file *file; struct io_cmd_data cmd; __u8 opcode; struct io_uring_task *tctx; };
struct io_kiocb___6_11 { struct task_struct *task; };  /* up to 6.11 */
struct io_uring_cqe { __s32 res; };

struct ns_common { __u32 inum; };
struct net { struct ns_common ns; };
typedef struct { struct net *net; } possible_net_t;
struct in6_addr { __u8 in6_u[16]; };
struct sock_common {
	__be32 skc_daddr, skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num;
	__u16 skc_family;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
};
struct socket;
struct sock {
	struct sock_common __sk_common;
	__u16 sk_type;
	__u16 sk_protocol;
	__u8 sk_userlocks : 4;
	struct socket *sk_socket;
};
struct socket { struct sock *sk; };
struct socket_alloc { struct socket socket; struct inode vfs_inode; };
struct sockaddr_un { char sun_path[108]; };
struct unix_address { int len; struct sockaddr_un name[]; };
struct unix_sock { struct unix_address *addr; struct sock *peer; };

struct net_device { char name[16]; int ifindex; possible_net_t nd_net; };
struct sk_buff {
	struct sock *sk;
	struct net_device *dev;
	__u32 len, data_len, end;
	__be16 protocol;
	__u16 transport_header, network_header, mac_header;
	unsigned char *head, *data;
};
struct sk_buff_head { struct sk_buff *prev; __u32 qlen; };
struct neighbour { struct sk_buff_head arp_queue; };
struct skb_shared_info { __u16 gso_size; };
struct iphdr { __u8 protocol; __be32 saddr; };
struct ipv6hdr { __u8 nexthdr; };
struct udphdr { __be16 dest; };

#pragma clang attribute pop

#define PF_DUMPCORE 0x00000200
#define TS_COMPAT 0x0002
#define SIGNAL_GROUP_EXIT 0x00000004
#define SB_NOUSER (1UL << 31)
#define TMPFS_MAGIC 0x01021994
#define OVERLAYFS_MAGIC 0x794c7630
#define EPERM 1
#define EACCES 13
#define EINPROGRESS 115
#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define SOCK_BINDPORT_LOCK 8
#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define AF_PACKET 17
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IPPROTO_UDPLITE 136
#define ETH_P_IP 0x0800
#define ETH_P_IPV6 0x86dd
#define ETH_HLEN 14
#define AT_FDCWD (-100)
#define O_WRONLY 00000001
#define O_CREAT 00000100
#define O_TRUNC 00001000

extern void *bpf_rdonly_cast(const void *object, __u32 btf_id) __ksym;
extern struct task_struct *bpf_task_from_vpid(__s32 vpid) __ksym __weak;
extern int bpf_dynptr_from_skb(struct sk_buff *skb, __u64 flags, struct bpf_dynptr *packet) __ksym __weak;
extern void bpf_task_release(struct task_struct *task) __ksym __weak;

/*
 * A kernel pointer of unknown provenance as a typed one: its members load without a helper, faults read 0. Arguments of
 * hooks are cast too. They are pointers that the verifier trusts, and for each pointer loaded through such a one it
 * searches all type names of the kernel, which took a third of the time until the first event.
 */
#define as(type, pointer) ((struct type *)bpf_rdonly_cast((const void *)(pointer), bpf_core_type_id_kernel(struct type)))

#endif
