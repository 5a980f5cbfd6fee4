#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <malloc.h>
#include <mntent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

int clinux_spawn_held(char *const argv[], struct clinux_held *held)
{
	int release[2], status[2];
	sigset_t none;
	char byte;

	if (pipe2(release, O_CLOEXEC))
		return -1;
	if (pipe2(status, O_CLOEXEC)) {
		close(release[0]);
		close(release[1]);
		return -1;
	}
	held->pid = fork();
	if (held->pid == 0) {
		close(release[1]);
		close(status[0]);
		if (read(release[0], &byte, 1) != 1)
			_exit(127);
		/* what we changed for ourselves is not the command's business */
		signal(SIGPIPE, SIG_DFL);
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		execvp(argv[0], argv);
		int error = errno;
		if (write(status[1], &error, sizeof(error)) != sizeof(error))
			_exit(126);
		_exit(error == ENOENT ? 127 : 126);
	}
	close(release[0]);
	close(status[1]);
	held->release = release[1];
	held->status = status[0];
	if (held->pid < 0) {
		close(held->release);
		close(held->status);
		return -1;
	}
	return 0;
}

int clinux_release(struct clinux_held *held)
{
	int error = 0;
	ssize_t n;

	if (write(held->release, "", 1) != 1)
		error = errno;
	close(held->release);
	do {
		n = read(held->status, &error, sizeof(error));
	} while (n < 0 && errno == EINTR);
	close(held->status);
	return error;
}

uint64_t clinux_effective_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		return 0;
	return data[0].effective | (uint64_t)data[1].effective << 32;
}

_Static_assert(CLINUX_O_PATH == O_PATH, "O_PATH has another value here");

int clinux_open_in(int root, const char *path, uint64_t flags)
{
	struct open_how how = {
		.flags = flags | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};

	return syscall(SYS_openat2, root, path, &how, sizeof(how));
}

uint64_t clinux_mount_id(const char *path)
{
	struct statx found;

	if (statx(AT_FDCWD, path, 0, 0x1000 /* STATX_MNT_ID */, &found) || !(found.stx_mask & 0x1000))
		return 0;
	return found.stx_mnt_id;
}

int clinux_open_control_group(void)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	struct mntent *mount;
	int group = -1;

	if (!mounts)
		return -1;
	while (group < 0 && (mount = getmntent(mounts)))
		if (!strcmp(mount->mnt_type, "cgroup2"))
			group = open(mount->mnt_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	endmntent(mounts);
	return group;
}

int64_t clinux_birth_time(int descriptor)
{
	struct statx found;

	if (statx(descriptor, "", AT_EMPTY_PATH, STATX_BTIME, &found) || !(found.stx_mask & STATX_BTIME))
		return 0;
	return found.stx_btime.tv_sec;
}

uint64_t clinux_cgroup_id(int descriptor)
{
	struct statfs system;
	struct stat found;

	if (fstatfs(descriptor, &system) || system.f_type != CGROUP2_SUPER_MAGIC || fstat(descriptor, &found))
		return 0;
	return found.st_ino;
}

int clinux_notify(const char *path, const char *text)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t length = strlen(path);
	int descriptor, sent;

	if (!length || length >= sizeof(address.sun_path))
		return -1;
	memcpy(address.sun_path, path, length);
	if (path[0] == '@')
		address.sun_path[0] = 0;
	descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (descriptor < 0)
		return -1;
	sent = sendto(descriptor, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&address,
		      offsetof(struct sockaddr_un, sun_path) + length);
	close(descriptor);
	return sent < 0 ? -1 : 0;
}

void clinux_trim_heap(void)
{
	malloc_trim(0);
}

int clinux_open_process(uint32_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

int clinux_signal_process(int process, int number)
{
	return (int)syscall(SYS_pidfd_send_signal, process, number, NULL, 0);
}

int clinux_keep_capabilities(uint64_t kept)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		return -1;
	/* Only who may set capabilities can shorten what programs may get; no_new_privs has the same end for the rest. */
	for (int capability = 0; capability < 64; capability++)
		if (!(kept >> capability & 1))
			prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	for (int half = 0; half < 2; half++) {
		data[half].permitted &= (uint32_t)(kept >> 32 * half);
		data[half].effective = data[half].permitted;
		data[half].inheritable = 0;
	}
	if (syscall(SYS_capset, &header, data))
		return -1;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

bool clinux_lacks_call(long number)
{
	return syscall(number, -1L, -1L, -1L, -1L, -1L, -1L) < 0 && errno == ENOSYS;
}

/* Keeps the descriptors, in ascending order, and no others, until `wait` ends. */
static void keep_until(int wait, const int *descriptors, size_t count)
{
	unsigned next = 0;
	char byte;

	dup2(wait, 0);
	for (size_t i = 0; i < count; next = descriptors[i++] + 1)
		if ((unsigned)descriptors[i] > (next ? next : 1))
			syscall(SYS_close_range, next ? next : 1, descriptors[i] - 1, 0);
	syscall(SYS_close_range, next, ~0U, 0);
	setsid();
	if (read(0, &byte, 1) <= 0)
		_exit(0);
}

void clinux_close_aside(const int *descriptors, size_t count)
{
	int ending[2] = {-1, -1};
	pid_t child;

	if (!count)
		return;
	if (!pipe2(ending, O_CLOEXEC)) {
		child = fork();
		if (child == 0) {
			/* its own child is nobody's, so that nobody has to wait for it */
			if (fork() == 0)
				keep_until(ending[0], descriptors, count);
			_exit(0);
		}
		while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
			;
	}
	for (size_t i = 0; i < count; i++)
		close(descriptors[i]);
	if (ending[0] >= 0) {
		close(ending[0]);
		close(ending[1]);
	}
}

pid_t clinux_touch_in_child(const char *path)
{
	pid_t pid = fork();
	int failed;

	if (pid)
		return pid;
	failed = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) < 0 || chmod(path, 0400) ||
		 chown(path, geteuid(), getegid());
	_exit(unlink(path) || failed);
}

static volatile sig_atomic_t end_asked;

static void ask_to_end(int number)
{
	if (end_asked++)
		_exit(128 + number);
}

int clinux_end_signals(void)
{
	struct sigaction action = { .sa_handler = ask_to_end, .sa_flags = SA_RESTART };

	return sigaction(SIGTERM, &action, NULL) || sigaction(SIGINT, &action, NULL) ? -1 : 0;
}

bool clinux_is_asked_to_end(void) { return end_asked; }

struct clinux_signal clinux_take_signal(const sigset_t *set)
{
	struct timespec none = { 0 };
	siginfo_t information;
	int number = sigtimedwait(set, &information, &none);

	if (number < 0)
		return (struct clinux_signal){ 0 };
	return (struct clinux_signal){ number, information.si_pid, information.si_code > 0 };
}

#ifndef RWF_DONTCACHE
#define RWF_DONTCACHE 0x80
#endif

ssize_t clinux_write_uncached(int descriptor, const struct iovec *pieces, int count)
{
	/* the last that refused the flag: who has it now is asked no more, which costs nothing but the cache */
	static _Atomic int refusing = -1;

	if (descriptor != refusing) {
		ssize_t written = pwritev2(descriptor, pieces, count, -1, RWF_DONTCACHE);

		/* kernels and file systems that do not know the flag refuse it before they write */
		if (written >= 0 || (errno != EOPNOTSUPP && errno != EINVAL && errno != ENOSYS))
			return written;
		refusing = descriptor;
	}
	return writev(descriptor, pieces, count);
}

int clinux_open_direct(int descriptor)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
	return open(path, O_WRONLY | O_DIRECT | O_CLOEXEC);
}

unsigned clinux_terminal_columns(int descriptor)
{
	struct winsize size;

	return ioctl(descriptor, TIOCGWINSZ, &size) ? 0 : size.ws_col;
}

#define FILEID_KERNFS 0xfe /* 5.5 on: a file of kernfs by its number alone; user space has no header for it */

ssize_t clinux_cgroup_path(const char *mount, uint64_t number, char *path, size_t size)
{
	union {
		struct file_handle handle;
		char bytes[sizeof(struct file_handle) + sizeof(number)];
	} file;
	int root, directory = -1;
	ssize_t n = -1;
	char link[32];

	root = open(mount, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -1;
	file.handle.handle_bytes = sizeof(number);
	file.handle.handle_type = FILEID_KERNFS;
	memcpy(file.handle.f_handle, &number, sizeof(number));
	directory = open_by_handle_at(root, &file.handle, O_PATH | O_CLOEXEC);
	if (directory >= 0) {
		snprintf(link, sizeof(link), "/proc/self/fd/%d", directory);
		n = readlink(link, path, size - 1);
		if (n >= 0)
			path[n] = 0;
		close(directory);
	}
	close(root);
	return n;
}

unsigned clinux_terminal_rows(int descriptor)
{
	struct winsize size;

	return ioctl(descriptor, TIOCGWINSZ, &size) ? 0 : size.ws_row;
}

/* The terminal that was taken over, and how it was before; -1 while none is. */
static volatile sig_atomic_t taken_terminal = -1;
static struct termios terminal_before;

void clinux_terminal_give_back(void)
{
	/* Colours off, the cursor shown, lines wrapped, the screen as it was. */
	static const char last[] = "\033[0m\033[?25h\033[?7h\033[?1049l";
	int descriptor = taken_terminal, error = errno;

	if (descriptor < 0)
		return;
	taken_terminal = -1;
	if (write(descriptor, last, sizeof(last) - 1) < 0) {
		/* It is gone: nobody sees how it looks. */
	}
	tcsetattr(descriptor, TCSAFLUSH, &terminal_before);
	errno = error;
}

static void give_back_and_end(int number)
{
	clinux_terminal_give_back();
	signal(number, SIG_DFL);
	raise(number);
}

int clinux_terminal_take(int descriptor)
{
	/* The cursor hidden, lines cut off at the edge, and that the screen be left as it is. */
	static const char first[] = "\033[?1049h\033[?25l\033[?7l";
	static const int ends[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP };
	static bool is_prepared;
	struct termios raw;

	if (tcgetattr(descriptor, &terminal_before))
		return -1;
	raw = terminal_before;
	cfmakeraw(&raw);
	/* Whoever crashes says so on lines that begin at the left. */
	raw.c_oflag |= OPOST | ONLCR;
	if (!is_prepared) {
		is_prepared = true;
		if (atexit(clinux_terminal_give_back))
			return -1;
		for (size_t index = 0; index < sizeof(ends) / sizeof(*ends); index++)
			signal(ends[index], give_back_and_end);
	}
	taken_terminal = descriptor;
	if (tcsetattr(descriptor, TCSAFLUSH, &raw) || write(descriptor, first, sizeof(first) - 1) < 0) {
		clinux_terminal_give_back();
		return -1;
	}
	return 0;
}

/* The address of a socket at `path`; false if that is too long. */
static bool set_address(struct sockaddr_un *address, const char *path)
{
	size_t length = strlen(path);

	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	if (!length || length >= sizeof(address->sun_path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(address->sun_path, path, length);
	return true;
}

static int connect_to(const struct sockaddr_un *address, int flags)
{
	int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0), error;

	if (descriptor < 0 || !connect(descriptor, (const struct sockaddr *)address, sizeof(*address)))
		return descriptor;
	error = errno;
	close(descriptor);
	errno = error;
	return -1;
}

int clinux_connect(const char *path)
{
	struct sockaddr_un address;

	return set_address(&address, path) ? connect_to(&address, 0) : -1;
}

/* Binds to the path, taking the place of a socket that nobody listens at. */
static int take_path(int descriptor, const struct sockaddr_un *address)
{
	struct stat found;
	int other;

	if (!bind(descriptor, (const struct sockaddr *)address, sizeof(*address)))
		return 0;
	if (errno != EADDRINUSE || lstat(address->sun_path, &found) || !S_ISSOCK(found.st_mode))
		return -1;
	/* Who has many waiting already listens, too: that is EAGAIN. */
	other = connect_to(address, SOCK_NONBLOCK);
	if (other >= 0)
		close(other);
	if (other >= 0 || errno != ECONNREFUSED || unlink(address->sun_path)) {
		errno = EADDRINUSE;
		return -1;
	}
	return bind(descriptor, (const struct sockaddr *)address, sizeof(*address));
}

int clinux_listen(const char *path, gid_t group)
{
	struct sockaddr_un address;
	int descriptor, error;
	mode_t mask;

	if (!set_address(&address, path))
		return -1;
	descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (descriptor < 0)
		return -1;
	/* Nobody else gets in, not even before all is set. */
	mask = umask(0177);
	error = take_path(descriptor, &address);
	umask(mask);
	if (!error && group != clinux_no_group && (chown(path, -1, group) || chmod(path, 0660))) {
		error = errno;
		unlink(path);
		errno = error;
		error = -1;
	}
	if (!error && !listen(descriptor, 64))
		return descriptor;
	error = errno;
	close(descriptor);
	errno = error;
	return -1;
}

int clinux_accept(int listener, struct clinux_peer *peer)
{
	struct ucred credentials;
	socklen_t length = sizeof(credentials);
	int descriptor = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK), error;

	if (descriptor < 0)
		return -1;
	if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length)) {
		error = errno;
		close(descriptor);
		errno = error;
		return -1;
	}
	peer->pid = credentials.pid;
	peer->uid = credentials.uid;
	peer->gid = credentials.gid;
	return descriptor;
}

bool clinux_peer_has_group(int descriptor, const struct clinux_peer *peer, gid_t group)
{
	gid_t groups[1024];
	socklen_t length = sizeof(groups);

	if (peer->gid == group)
		return true;
	/* Who is in more groups than that is not known to be in this one. */
	if (getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, groups, &length))
		return false;
	for (size_t index = 0; index < length / sizeof(*groups); index++)
		if (groups[index] == group)
			return true;
	return false;
}

int clinux_sem_wait_until(sem_t *semaphore, struct timespec deadline)
{
	return sem_clockwait(semaphore, CLOCK_MONOTONIC, &deadline);
}
