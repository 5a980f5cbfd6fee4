/* Linux calls that the Swift overlay of the C library lacks, or that must not be made from Swift. */
#ifndef CLINUX_H
#define CLINUX_H

#include <gnu/libc-version.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>

/* A child that waits for clinux_release before it becomes its command. */
struct clinux_held {
	pid_t pid;
	int release;  /* write end: a byte lets it go, closing it makes it leave */
	int status;   /* read end: the errno of a failed exec, or end of file once it succeeded */
};

/*
 * Forks a child that waits. On release it resets the signal mask and SIGPIPE and execs argv[0], found in PATH as a shell
 * would, with the caller's environment. Returns 0, or -1 with errno.
 */
int clinux_spawn_held(char *const argv[], struct clinux_held *held);

/* Lets the child go. Returns 0 once it runs its command, or the errno of its exec. Closes both descriptors. */
int clinux_release(struct clinux_held *held);

/* The capabilities of this process that are effective, 0 if they cannot be read. */
uint64_t clinux_effective_capabilities(void);

/* statx(2) of what a path leads to: the id of its mount, 0 where the kernel does not tell. */
uint64_t clinux_mount_id(const char *path);

/* When the open file was made, in seconds since 1970; 0 where the file system does not tell. */
int64_t clinux_birth_time(int descriptor);

/* The number of the open directory if it is a cgroup of version 2, 0 otherwise. */
uint64_t clinux_cgroup_id(int descriptor);

/* Sends a text as one datagram to the socket at a path, or of an abstract name behind an '@'. Returns 0, or -1. */
int clinux_notify(const char *socket, const char *text);

/* pidfd_open(2): a descriptor of a process, which stays that process's; -1 with errno set. */
int clinux_open_process(uint32_t pid);

/* pidfd_send_signal(2): 0, or -1 with errno set. */
int clinux_signal_process(int process, int number);

/*
 * Leaves this thread, and those it will begin, the capabilities `kept` of those that it has, for good: no program that it
 * runs has more. Returns 0, or -1 with errno.
 */
int clinux_keep_capabilities(uint64_t kept);

/* Hands the memory that malloc(3) holds and nobody uses back to the kernel. */
void clinux_trim_heap(void);

/*
 * Has a child make the file at `path`, change its mode, give it to the user that it belongs to already, and remove it.
 * Returns the child's pid, which is to be waited for, or -1 with errno.
 */
pid_t clinux_touch_in_child(const char *path);

/* Whether the kernel has no such call: makes it, with arguments that are none. */
bool clinux_lacks_call(long number);

/*
 * Closes descriptors whose closing takes the kernel long. A process that is nobody's child holds them until the caller is
 * done with that, and takes the time. They are in ascending order, and none of them below 3.
 */
void clinux_close_aside(const int *descriptors, size_t count);

/*
 * From now on the first SIGTERM or SIGINT asks to end, and the second ends the process at once, whatever it waits for.
 * Returns 0, or -1 with errno.
 */
int clinux_end_signals(void);
bool clinux_is_asked_to_end(void);

/* A signal, and the process that sent it, unless the kernel did by itself, as at a terminal's Ctrl-C. */
struct clinux_signal {
	int number;
	pid_t sender;
	bool is_from_kernel;
};

/* Takes one of the signals of a set, which are blocked, without waiting; of number 0 where none came. */
struct clinux_signal clinux_take_signal(const sigset_t *set);

/* O_PATH of open(2), which only _GNU_SOURCE shows. */
#define CLINUX_O_PATH 010000000

/*
 * openat2(2): opens a path as a process does whose root is the directory `root`, so that no link in it leads out of
 * there, nor through /proc to open files. Returns the descriptor, which is closed on exec, or -1 with errno.
 */
int clinux_open_in(int root, const char *path, uint64_t flags);

/*
 * Opens the control group at the root of what is mounted of version 2 here. Returns the descriptor, which is closed on exec,
 * or -1 where there is none.
 */
int clinux_open_control_group(void);

/*
 * writev(2), of which the page cache keeps nothing longer than the disk takes: RWF_DONTCACHE, Linux 6.14 on some file
 * systems. Where there is no such thing it is a plain writev.
 */
ssize_t clinux_write_uncached(int descriptor, const struct iovec *pieces, int count);

/*
 * Opens the file of a descriptor once more, to be written past the page cache: O_DIRECT, which Swift does not see.
 * Returns a descriptor, or -1 with errno set.
 */
int clinux_open_direct(int descriptor);

/*
 * Writes the path of the cgroup of this number, in the default hierarchy that is mounted at `mount`, as a string to `path`.
 * Returns its length, or -1 with errno: ESTALE where there is no such cgroup.
 */
ssize_t clinux_cgroup_path(const char *mount, uint64_t number, char *path, size_t size);

/* Columns of the terminal at `descriptor`, 0 if it is none; and rows. */
unsigned clinux_terminal_columns(int descriptor);
unsigned clinux_terminal_rows(int descriptor);

/*
 * Takes the terminal at `descriptor` over for a full screen: keys come one by one and unseen, what is drawn goes to the
 * alternate screen. It is given back by clinux_terminal_give_back, at exit, and when a signal ends the process that can be
 * caught. Returns 0, or -1 with errno.
 */
int clinux_terminal_take(int descriptor);
void clinux_terminal_give_back(void);

/* Who is at the other end of a connection: as the kernel tells it, at the time of connect(2). */
struct clinux_peer {
	pid_t pid;
	uid_t uid;
	gid_t gid;
};

/* Stands for no group. */
static const gid_t clinux_no_group = (gid_t)-1;

/*
 * Listens at `path`, in place of a socket at which nobody listens any more. Root alone may connect, and `group` unless it
 * is clinux_no_group. Returns the descriptor, which does not block, or -1 with errno: EADDRINUSE if somebody listens there.
 */
int clinux_listen(const char *path, gid_t group);

/* The next connection, which does not block, and its peer. Returns -1 with errno: EAGAIN if there is none. */
int clinux_accept(int listener, struct clinux_peer *peer);

/* Whether the peer of a connection is in `group`. */
bool clinux_peer_has_group(int descriptor, const struct clinux_peer *peer, gid_t group);

/* Connects to a socket that listens at `path`. Returns the descriptor, or -1 with errno. */
int clinux_connect(const char *path);

/* Waits for a semaphore until a time on the clock that nobody sets. Returns 0, or -1 with errno. */
int clinux_sem_wait_until(sem_t *semaphore, struct timespec deadline);

/* Has the processor fetch `size` bytes that will be read soon. */
static inline void clinux_prefetch(const void *bytes, size_t size)
{
	for (size_t offset = 0; offset < size; offset += 64)
		__builtin_prefetch((const char *)bytes + offset);
}

#endif
