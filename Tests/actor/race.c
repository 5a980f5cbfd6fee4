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
#include <time.h>

struct race {
	volatile char *letter;
	char name[2];
	struct sockaddr_in address; /* the second byte of the port is the letter: 7009 or 7010 */
	ino_t a;
	volatile int stop;
};

static void *turn(void *argument)
{
	struct race *race = argument;

	while (!race->stop) {
		*race->letter = 'b';
		*race->letter = 'a';
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

static const struct {
	const char *name;
	char (*once)(struct race *race);
} kinds[] = {
	{ "openat", open_raced },   { "unlinkat", unlink_raced }, { "renameat2", rename_raced },
	{ "execve", exec_raced },   { "connect", connect_raced }, { "bind", bind_raced },
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
	must("pthread_create", -pthread_create(&thread, NULL, turn, &race));
	while (done < count && milliseconds() < end)
		truth[done++] = once(&race);
	race.stop = 1;
	pthread_join(thread, NULL);
	int fd = must("open", open("truth", O_CREAT | O_WRONLY, 0600));
	must("write", write(fd, truth, done));
	return 0;
}

const struct actor race_actors[] = {
	{ "race", race, 4 },
	{ 0 },
};
