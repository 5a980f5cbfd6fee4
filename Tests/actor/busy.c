/* SPDX-License-Identifier: Apache-2.0 */
/* Actors that do much of one thing, from two sides at once. */
#include "actor.h"

#include <pthread.h>
#include <sys/socket.h>

struct share {
	const char *directory, *prefix;
	long count;
};

static void *opens(void *argument)
{
	const struct share *share = argument;
	char path[512];

	for (long i = 0; i < share->count; i++) {
		snprintf(path, sizeof(path), "%s/%s%ld", share->directory, share->prefix, i % 100);
		close(must("open", open(path, O_RDONLY)));
	}
	return NULL;
}

/* DIRECTORY COUNT: two threads open COUNT files each: a0 to a99 the one, b0 to b99 the other, over and over. */
static int open_much(int argc, char **argv)
{
	struct share shares[2] = { { argv[1], "a", number(argv[2]) }, { argv[1], "b", number(argv[2]) } };
	pthread_t threads[2];

	(void)argc;
	for (int i = 0; i < 2; i++)
		must("pthread_create", -pthread_create(&threads[i], NULL, opens, &shares[i]));
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

static int execs(void *count)
{
	for (long i = *(long *)count; i > 0; i--) {
		pid_t child = must("fork", vfork());

		if (child == 0) {
			execl(self, "actor", "nothing", NULL);
			_exit(99);
		}
		if (wait_for(child))
			return 99;
	}
	return 0;
}

/* COUNT: two processes start COUNT processes each, one after the other. */
static int exec_much(int argc, char **argv)
{
	long count = number(argv[1]);
	pid_t first = spawn(execs, &count), second = spawn(execs, &count);

	(void)argc;
	return wait_for(first) | wait_for(second);
}

/* DIRECTORY COUNT: so many processes, one after the other, each of which makes a file with a name of its own and removes it. */
static int fill(int argc, char **argv)
{
	char path[512];

	(void)argc;
	for (long i = 0; i < number(argv[2]); i++) {
		pid_t child = must("fork", vfork());

		if (child == 0) {
			snprintf(path, sizeof(path), "%s/%ld", argv[1], i);
			close(open(path, O_WRONLY | O_CREAT | O_EXCL, 0600));
			_exit(unlink(path) ? 99 : 0);
		}
		if (wait_for(child))
			return 99;
	}
	return 0;
}

/* COUNT: so many processes, one after the other, each of which ends at once. */
static int live_briefly(int argc, char **argv)
{
	(void)argc;
	for (long i = number(argv[1]); i > 0; i--) {
		pid_t child = must("fork", vfork());

		if (child == 0)
			_exit(0);
		wait_for(child);
	}
	return 0;
}

/* One flood beside one who acts slowly. */
struct flood {
	const char *flooded, *acting, *directory;
	long count;
	int is_of_packets;
};

static void enter(const char *group)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/cgroup.procs", group);
	fd = must("open", open(path, O_WRONLY));
	must("write", write(fd, "0", 1));
	close(fd);
}

/* Asks nobody for the address of `x.org`, over and over. */
static void asks(void)
{
	const char question[] = "\x12\x34\1\0\0\1\0\0\0\0\0\0\1x\3org\0\0\1\0\1";
	int fd = connected("udp", "127.0.0.1", 53);

	for (;;)
		send(fd, question, sizeof(question) - 1, MSG_NOSIGNAL);
}

static int floods(void *argument)
{
	const struct flood *flood = argument;

	enter(flood->flooded);
	if (flood->is_of_packets)
		asks();
	for (;;)
		close(open(flood->directory, O_RDONLY | O_DIRECTORY));
}

static int acts(void *argument)
{
	struct flood *flood = argument;
	long once = 1;
	char path[512];

	enter(flood->acting);
	for (long i = 0; i < flood->count; i++) {
		snprintf(path, sizeof(path), "%s/a%ld", flood->directory, i);
		close(must("open", open(path, O_RDONLY)));
		if (i % 10 == 0 && execs(&once))
			return 99;
		usleep(1000);
	}
	return 0;
}

static int beside(void *argument)
{
	pid_t flooding[4], acting;
	int status;

	for (int i = 0; i < 4; i++)
		flooding[i] = spawn(floods, argument);
	usleep(300000);
	acting = spawn(acts, argument);
	status = wait_for(acting);
	for (int i = 0; i < 4; i++) {
		kill(flooding[i], SIGKILL);
		wait_for(flooding[i]);
	}
	return status ? 99 : 0;
}

/*
 * FLOODED ACTING DIRECTORY COUNT: while its creator is stopped, four processes in the cgroup FLOODED open DIRECTORY as fast as
 * they can, and one in the cgroup ACTING opens a0, a1 and so on in it, COUNT files, and at each tenth starts a process.
 */
static int run_flood(struct flood flood)
{
	pid_t reader = getppid(), child;
	int status;

	must("kill", kill(reader, SIGSTOP));
	child = spawn(beside, &flood);
	status = wait_for(child);
	kill(reader, SIGCONT);
	return status ? 99 : 0;
}

static int flood(int argc, char **argv)
{
	(void)argc;
	return run_flood((struct flood){ argv[1], argv[2], argv[3], number(argv[4]), 0 });
}

/* The same, and the four send packets: questions for an address. */
static int flood_packets(int argc, char **argv)
{
	(void)argc;
	own_network(NULL);
	bound("udp", "127.0.0.1", 53);
	return run_flood((struct flood){ argv[1], argv[2], argv[3], number(argv[4]), 1 });
}

const struct actor busy_actors[] = {
	{ "fill", fill, 2 },
	{ "open-much", open_much, 2 },
	{ "flood", flood, 4 },
	{ "flood-packets", flood_packets, 4 },
	{ "live-briefly", live_briefly, 1 },
	{ "exec-much", exec_much, 1 },
	{ 0 },
};
