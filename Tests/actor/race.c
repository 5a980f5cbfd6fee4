/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls whose argument another thread changes all the time. One letter of it is `a` or `b` at any moment; which one the
 * kernel took is found out afterwards by what the call did.
 */
#include "actor.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <sys/fanotify.h>
#include <sys/mman.h>
#include <time.h>

struct race {
	volatile char *letter;
	char name[2];
	struct sockaddr_in address; /* the second byte of the port is the letter: 7009 or 7010 */
	ino_t a;
	off_t length;
	volatile int stop, turns;
};

static void *turn(void *argument)
{
	struct race *race = argument;

	/* an emulated processor turns to another thread at a jump only: there has to be one behind either letter */
	while (!race->stop) {
		*race->letter = *race->letter == 'a' ? 'b' : 'a';
		race->turns = 1;
	}
	return NULL;
}

static int exists(const char *name)
{
	return !faccessat(AT_FDCWD, name, F_OK, 0);
}

static char open_raced(struct race *race)
{
	int fd = must("openat", openat(AT_FDCWD, race->name, O_RDONLY));
	struct stat found;

	must("fstat", fstat(fd, &found));
	close(fd);
	return found.st_ino == race->a ? 'a' : 'b';
}

static char unlink_raced(struct race *race)
{
	char gone[2] = "b";

	must("unlinkat", unlinkat(AT_FDCWD, race->name, 0));
	if (!exists("a"))
		gone[0] = 'a';
	must("mknod", mknod(gone, S_IFREG | 0600, 0));
	return gone[0];
}

static char rename_raced(struct race *race)
{
	char gone[2] = "b";

	must("renameat2", syscall(SYS_renameat2, AT_FDCWD, race->name, AT_FDCWD, "c", 0));
	if (!exists("a"))
		gone[0] = 'a';
	must("rename", rename("c", gone));
	return gone[0];
}

static char link_raced(struct race *race)
{
	struct stat found;

	must("linkat", linkat(AT_FDCWD, race->name, AT_FDCWD, "c", 0));
	must("stat", stat("c", &found));
	must("unlink", unlink("c"));
	return found.st_ino == race->a ? 'a' : 'b';
}

/* There are 4096 modes only: one that `a` has, from long before if all calls since were on `b`, would tell nothing. */
static char chmod_raced(struct race *race)
{
	struct stat found;
	mode_t mode;

	must("stat", stat("a", &found));
	do
		mode = ++race->length & 07777;
	while (mode == (found.st_mode & 07777));
	must("fchmodat", fchmodat(AT_FDCWD, race->name, mode, 0));
	must("stat", stat("a", &found));
	return (found.st_mode & 07777) == mode ? 'a' : 'b';
}

/* Each call with a time of its own. */
static char utimes_raced(struct race *race)
{
	struct timespec times[2] = { { .tv_sec = ++race->length }, { .tv_sec = race->length } };
	struct stat found;

	must("utimensat", utimensat(AT_FDCWD, race->name, times, 0));
	must("stat", stat("a", &found));
	return found.st_mtime == race->length ? 'a' : 'b';
}

/* `a` ends with 0, `b` with 1. */
static char exec_raced(struct race *race)
{
	char *arguments[] = { "raced", NULL }, *environment[] = { NULL };
	pid_t child = must("vfork", vfork());
	int status;

	if (!child) {
		execve(race->name, arguments, environment);
		_exit(99);
	}
	status = WEXITSTATUS(wait_for(child));
	if (status > 1)
		exit(99);
	return 'a' + status;
}

static char letter_of(int fd, int (*name)(int, struct sockaddr *, socklen_t *))
{
	struct sockaddr_in found;
	socklen_t length = sizeof(found);

	must("address", name(fd, (struct sockaddr *)&found, &length));
	close(fd);
	return ((char *)&found.sin_port)[1];
}

static char connect_raced(struct race *race)
{
	int fd = must("socket", socket(AF_INET, SOCK_DGRAM, 0));

	must("connect", connect(fd, (struct sockaddr *)&race->address, sizeof(race->address)));
	return letter_of(fd, getpeername);
}

static char bind_raced(struct race *race)
{
	int fd = must("socket", socket(AF_INET, SOCK_DGRAM, 0));

	must("bind", bind(fd, (struct sockaddr *)&race->address, sizeof(race->address)));
	return letter_of(fd, getsockname);
}

/* Each call with a length of its own tells by it which file it was. */
static char truncate_raced(struct race *race)
{
	struct stat found;

	must("truncate", truncate(race->name, ++race->length));
	must("stat", stat("a", &found));
	return found.st_size == race->length ? 'a' : 'b';
}

/* `a` may not be read, and the times of `b`, which may be, not be left as they are. */
static char refused_raced(struct race *race)
{
	if (open(race->name, O_RDONLY | O_NOATIME) >= 0)
		exit(99);
	return errno == EACCES ? 'a' : 'b';
}

static const struct {
	const char *name;
	char (*once)(struct race *race);
} kinds[] = {
	{ "openat", open_raced },   { "unlinkat", unlink_raced }, { "renameat2", rename_raced },
	{ "linkat", link_raced },   { "fchmodat", chmod_raced },  { "utimensat", utimes_raced },
	{ "execve", exec_raced },   { "connect", connect_raced }, { "bind", bind_raced },
	{ "truncate", truncate_raced }, { "refused", refused_raced },
};

static long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/*
 * CALL DIRECTORY COUNT SECONDS: COUNT calls, or as many as fit into SECONDS, on the files `a` and `b` of DIRECTORY. The
 * letters that the kernel took are left in its file `truth`.
 */
static int race(int argc, char **argv)
{
	struct race race = { .name = "a", .address = { .sin_family = AF_INET, .sin_port = htons(7009) } };
	long count = number(argv[3]), end = milliseconds() + 1000 * number(argv[4]), done = 0;
	char *truth = malloc(count + 1), (*once)(struct race *) = NULL;
	struct stat found;
	pthread_t thread;

	(void)argc;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(kinds[i].name, argv[1]))
			once = kinds[i].once;
	if (!once || !truth)
		return 98;
	own_network(NULL);
	must("chdir", chdir(argv[2]));
	must("stat", stat("a", &found));
	race.a = found.st_ino;
	race.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	race.letter = once == connect_raced || once == bind_raced ? (char *)&race.address.sin_port + 1 : race.name;
	int fd = must("open", open("truth", O_CREAT | O_WRONLY, 0600));
	if (once != chmod_raced)
		must("chmod", chmod("a", once == refused_raced ? 0600 : 0755));
	if (once == refused_raced)
		become_nobody();
	must("pthread_create", -pthread_create(&thread, NULL, turn, &race));
	while (!race.turns)
		sched_yield();
	while (done < count && milliseconds() < end)
		truth[done++] = once(&race);
	race.stop = 1;
	pthread_join(thread, NULL);
	must("write", write(fd, truth, done));
	return 0;
}

/* Has another process wait for the call on `a` to be under way, call it `b`, and let it go on. */
static int hold(const char *directory, void (*wait)(int ready, char *name), long (*call)(const char *name))
{
	char *name = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0), byte;
	int ends[2];
	pid_t holder;

	must("chdir", chdir(directory));
	must("pipe", pipe(ends));
	name[0] = 'a';
	holder = must("fork", fork());
	if (!holder) {
		wait(ends[1], name);
		_exit(0);
	}
	must("read", read(ends[0], &byte, 1));
	tell("error", call(name) < 0 ? errno : 0);
	tell("changed", name[0] == 'b');
	return WEXITSTATUS(wait_for(holder));
}

/* Whoever would change a file on which somebody has a lease waits until that is given back. */
static void lease(int ready, char *name)
{
	int fd = must("open", open(name, O_RDONLY)), number;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGIO);
	sigprocmask(SIG_BLOCK, &set, NULL);
	must("lease", fcntl(fd, F_SETLEASE, F_RDLCK));
	must("write", write(ready, "", 1));
	sigwait(&set, &number);
	name[0] = 'b';
	must("release", fcntl(fd, F_SETLEASE, F_UNLCK));
}

/* Whoever would open a file that fanotify(7) guards waits until that is denied. */
static void deny(int ready, char *name)
{
	int guard = must("fanotify", fanotify_init(FAN_CLASS_CONTENT, O_RDONLY));
	struct fanotify_event_metadata event;
	struct fanotify_response response = { .response = FAN_DENY };

	must("mark", fanotify_mark(guard, FAN_MARK_ADD, FAN_OPEN_PERM, AT_FDCWD, name));
	must("write", write(ready, "", 1));
	must("event", read(guard, &event, sizeof(event)));
	name[0] = 'b';
	response.fd = event.fd;
	must("response", write(guard, &response, sizeof(response)));
}

static long shorten(const char *name) { return truncate(name, 1); }
static long look(const char *name) { return open(name, O_RDONLY); }

static int held_truncate(int argc, char **argv)
{
	(void)argc;
	return hold(argv[1], lease, shorten);
}

static int held_open(int argc, char **argv)
{
	(void)argc;
	return hold(argv[1], deny, look);
}

const struct actor race_actors[] = {
	{ "race", race, 4 },
	{ "held-truncate", held_truncate, 1 },
	{ "held-open", held_open, 1 },
	{ 0 },
};
