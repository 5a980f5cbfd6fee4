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
typedef struct { __u64 val; } kernel_cap_t;
typedef struct { __u32 cap[2]; } kernel_cap_t___6_2;

struct qstr { const unsigned char *name; __u32 hash, len; };
struct list_head { struct list_head *next, *prev; };
struct hlist_node { struct hlist_node *next; };
struct hlist_head { struct hlist_node *first; };
struct hlist_bl_node { struct hlist_bl_node *next, **pprev; };

struct file_system_type { const char *name; };
struct dentry;
struct pipe_inode_info;
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
	struct pipe_inode_info *i_pipe;
	char *i_link;
	struct hlist_head i_dentry;
	void *i_private;
	__s64 i_atime_sec;   /* 6.11 on */
	__s64 i_mtime_sec;
	__s64 i_ctime_sec;
	__u32 i_atime_nsec;
	__u32 i_mtime_nsec;
	__u32 i_ctime_nsec;
};
struct inode___6_6 { struct timespec64 __i_atime, __i_mtime, __i_ctime; };  /* 6.7: all; 6.6: __i_ctime only */
struct inode___5_8 { struct timespec64 i_atime, i_mtime, i_ctime; };

enum dentry_flags { DCACHE_MOUNTED = 1 << 16 };  /* 6.10 on, other numbers later; before, a macro */
struct dentry {
	__u32 d_flags;
	struct hlist_bl_node d_hash;
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
	struct super_block *d_sb;
	struct hlist_node d_sib;       /* 6.8 on */
	struct hlist_head d_children;
	union { struct hlist_node d_alias; } d_u;
};
struct dentry___6_7 { struct list_head d_child, d_subdirs; };
struct vfsmount { struct dentry *mnt_root; struct super_block *mnt_sb; };
struct ns_common { __u32 inum; __u64 ns_id; };  /* ns_id: 6.18 on; 0 if anonymous */
struct mnt_namespace { struct ns_common ns; struct mount *root; };
struct mnt_namespace___6_17 { __u64 seq; };                                  /* the same before */
struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
	struct list_head mnt_mounts, mnt_child;
	struct mnt_namespace *mnt_ns;
	int mnt_id;
	__u64 mnt_id_unique;  /* 6.8 on: never given twice, and rising */
};
struct nsproxy { struct mnt_namespace *mnt_ns; };
struct path { struct vfsmount *mnt; struct dentry *dentry; };

struct callback_head { struct callback_head *next; };
struct file {
	struct inode *f_inode;
	__u32 f_flags;
	__u32 f_mode;
	struct path f_path;
	void *private_data;
	struct callback_head f_task_work;  /* 6.10 on; before, the work of closing sits in f_rcuhead */
};
struct file___6_1 { struct callback_head f_rcuhead; };

struct pipe_buffer { __u32 flags; };
struct pipe_inode_info { __u32 head, ring_size; struct pipe_buffer *bufs; };

struct uid_gid_extent { __u32 first, lower_first, count; };
struct uid_gid_map { __u32 nr_extents; struct uid_gid_extent extent[5]; };
struct user_namespace { struct uid_gid_map uid_map, gid_map; };
struct cred {
	kuid_t uid, euid, fsuid;
	kgid_t gid, egid, fsgid;
	kernel_cap_t cap_permitted, cap_effective;
	struct user_namespace *user_ns;
};
struct cred___6_2 { kernel_cap_t___6_2 cap_permitted, cap_effective; };

struct kernfs_node { struct kernfs_node *__parent; const char *name; __u64 id; };
struct kernfs_node___6_14 { struct kernfs_node *parent; };  /* up to 6.14 */
struct cgroup { struct kernfs_node *kn; __u32 level; struct cgroup *ancestors[]; };  /* ancestors: 6.1 on */
struct cgroup_subsys_state { struct cgroup *cgroup; };
struct css_set { struct cgroup_subsys_state *subsys[12]; struct cgroup *dfl_cgrp; };

struct tty_struct { char name[64]; };
struct pid;
struct rlimit { unsigned long rlim_cur, rlim_max; };
struct signal_struct {
	struct { int counter; } live;
	int group_exit_code;
	__u32 flags;
	struct tty_struct *tty;
	struct pid *pids[4];      /* enum pid_type: PIDTYPE_PGID is 2 */
	struct rlimit rlim[16];
};

struct fdtable { __u32 max_fds; struct file **fd; unsigned long *close_on_exec; };
struct files_struct { struct fdtable *fdt; };
struct fs_struct { struct path root, pwd; };
struct mm_struct { unsigned long arg_start, arg_end, env_start, env_end; };
struct vm_area_struct { unsigned long vm_start, vm_end, vm_flags; struct file *vm_file; };
struct upid { int nr; };
struct pid { __u32 level; struct upid numbers[1]; /* one for each namespace, the initial one first */ };
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
	struct nsproxy *nsproxy;
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

struct bpf_map { enum bpf_map_type map_type; __u32 id; char name[16]; };
struct bpf_prog_aux { __u32 id; char name[16]; };
struct sock_fprog_kern { __u16 len; struct sock_filter *filter; };
struct bpf_prog {
	enum bpf_prog_type type;
	enum bpf_attach_type expected_attach_type;
	__u8 tag[8];
	struct bpf_prog_aux *aux;
	struct sock_fprog_kern *orig_prog;  /* of a classic one: as it was given */
};

struct module { char name[56]; };

struct filename { const char *name; };
struct open_how { __u64 flags, mode, resolve; };
struct io_open { int dfd; __u32 file_slot; struct filename *filename; struct open_how how; };
struct io_unlink { int dfd, flags; struct filename *filename; };
struct io_rename { int old_dfd, new_dfd; struct filename *oldpath, *newpath; int flags; };
struct io_link { int old_dfd, new_dfd; struct filename *oldpath, *newpath; int flags; };
struct io_mkdir { int dfd; __u16 mode; struct filename *filename; };
struct xattr_name { char name[256]; };
struct kernel_xattr_ctx { struct xattr_name *kname; };  /* before 6.13 called xattr_ctx */
struct io_xattr { struct kernel_xattr_ctx ctx; struct filename *filename; };
struct io_splice { int splice_fd_in; __u32 flags; };
struct io_cqe { __s32 res; int fd; };
struct io_cmd_data { __u8 data[56]; };
struct io_uring_task { struct task_struct *task; };
struct io_accept { __u32 file_slot; };
struct io_connect { const void *addr; int addr_len; };
struct io_bind { int addr_len; };                                            /* 6.11 on */
struct __kernel_sockaddr_storage { __u8 data[128]; };
struct io_async_msghdr { struct __kernel_sockaddr_storage addr; };
struct io_rw { __u64 addr; __u32 len; };
struct io_rsrc_node { unsigned long file_ptr; };
struct io_rsrc_data { __u32 nr; struct io_rsrc_node **nodes; };
struct io_fixed_file { unsigned long file_ptr; };
struct io_file_table { struct io_rsrc_data data; };                         /* 6.13 on */
struct io_file_table___6_12 { struct io_fixed_file *files; };
struct io_ring_ctx { struct io_file_table file_table; };
struct io_kiocb {
	struct file *file;
	struct io_cmd_data cmd;
	__u8 opcode;
	__u64 flags;
	struct io_cqe cqe;
	struct io_ring_ctx *ctx;
	struct io_uring_task *tctx;
	void *async_data;
};
struct io_kiocb___6_11 { struct task_struct *task; };  /* up to 6.11 */

struct net { struct ns_common ns; };
typedef struct { struct net *net; } possible_net_t;
struct in6_addr { __u8 in6_u[16]; };
struct sock_common {
	__be32 skc_daddr, skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num;
	__u16 skc_family;
	__u8 skc_state;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
};
struct socket;
struct sk_filter { struct bpf_prog *prog; };
struct sock {
	struct sock_common __sk_common;
	__u16 sk_type;
	__u16 sk_protocol;
	__u8 sk_userlocks : 4;
	struct socket *sk_socket;
	struct sk_filter *sk_filter;
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
#define PF_KTHREAD 0x00200000
#define DCACHE_OP_HASH 1
#define DCACHE_OP_COMPARE 2
#define S_IFMT 0170000
#define S_IFLNK 0120000
#define S_IFIFO 0010000
#define TS_COMPAT 0x0002
#define SIGNAL_GROUP_EXIT 0x00000004
#define SB_NOUSER (1UL << 31)
#define TMPFS_MAGIC 0x01021994
#define PROC_MAGIC 0x9fa0
#define OVERLAYFS_MAGIC 0x794c7630
#define REQ_F_FIXED_FILE 1
#define REQ_F_CQE_SKIP (1 << 6)
#define SPLICE_F_FD_IN_FIXED (1U << 31)
#define EPERM 1
#define E2BIG 7
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
#define TCP_LISTEN 10
#define IPPROTO_UDP 17
#define IPPROTO_UDPLITE 136
#define ETH_P_IP 0x0800
#define ETH_P_IPV6 0x86dd
#define ETH_HLEN 14
#define AT_FDCWD (-100)
#define AT_SYMLINK_NOFOLLOW 0x100
#define AT_REMOVEDIR 0x200
#define AT_SYMLINK_FOLLOW 0x400
#define UTIME_OMIT 0x3ffffffe
#define FMODE_BACKING (1U << 25)  /* 6.5 on: the file below one of an overlay */
#define ANON_INODE_FS_MAGIC 0x09041934
#define SELINUX_MAGIC 0xf97cff8c
#define CGROUP_SUPER_MAGIC 0x27e0eb
#define CGROUP2_SUPER_MAGIC 0x63677270
#define PIDTYPE_PGID 2
#define SOL_SOCKET 1
#define SO_ATTACH_FILTER 26
#define PR_SET_NAME 15
#define MAY_WRITE 2
#define O_WRONLY 00000001
#define O_CREAT 00000100
#define O_TRUNC 00001000
#define O_NOFOLLOW 00400000

extern struct task_struct *bpf_task_from_pid(__s32 pid) __ksym __weak;
extern struct task_struct *bpf_task_from_vpid(__s32 vpid) __ksym __weak;
extern int bpf_dynptr_from_skb(struct sk_buff *skb, __u64 flags, struct bpf_dynptr *packet) __ksym __weak;
extern void bpf_task_release(struct task_struct *task) __ksym __weak;

/*
 * A kernel pointer of unknown provenance as a typed one: its members load without a helper, faults read 0. Arguments of
 * hooks are cast too. They are pointers that the verifier trusts, and for each pointer loaded through such a one it
 * searches all type names of the kernel, which took a third of the time until the first event.
 *
 * Kernels before 6.2 cannot cast. For those the build makes a second object, in which each load of a member is a helper's.
 */
#ifdef MARTLET_CANNOT_CAST
#define as(type, pointer) ((struct type *)(pointer))
#else
extern void *bpf_rdonly_cast(const void *object, __u32 btf_id) __ksym;
#define as(type, pointer) ((struct type *)bpf_rdonly_cast((const void *)(pointer), bpf_core_type_id_kernel(struct type)))
#endif

/* A pointer as a plain number, which the verifier lets us calculate with. */
static __always_inline __u64 address_of(const void *pointer)
{
	__u64 address = 0;

	bpf_probe_read_kernel(&address, sizeof(address), &pointer);
	return address;
}

/*
 * Makes numbers unknown to the verifier; they stay what they are. Before 6.7 it looks at what bpf_loop calls once, with the
 * numbers of the first time, and takes out what does not happen with those: numbers on the stack that change from one step
 * to the next, and that a step tests, have to be unknown before the first.
 */
static __always_inline void numbers_forget(void *numbers, __u32 size)
{
	bpf_probe_read_kernel(numbers, size, numbers);
}

#endif
