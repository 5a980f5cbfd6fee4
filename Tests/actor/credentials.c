/* SPDX-License-Identifier: Apache-2.0 */
#include "actor.h"

#include <linux/capability.h>
#include <pthread.h>

/* The C library changes all threads; the calls themselves change one. */
static const struct {
	const char *name;
	long number;
} calls[] = {
	{ "setuid", SYS_setuid },       { "setreuid", SYS_setreuid }, { "setresuid", SYS_setresuid },
	{ "setfsuid", SYS_setfsuid },   { "setgid", SYS_setgid },     { "setregid", SYS_setregid },
	{ "setresgid", SYS_setresgid }, { "setfsgid", SYS_setfsgid },
};

/* CALL ID [ID [ID]] ...: the calls, one after the other; ids end with the next name. Tells each result. */
static int identity(int argc, char **argv)
{
	for (int i = 1; i < argc;) {
		long ids[3] = { 0 }, which = -1;
		int count = 0;

		for (size_t c = 0; c < sizeof(calls) / sizeof(*calls); c++)
			if (!strcmp(calls[c].name, argv[i]))
				which = calls[c].number;
		for (i++; i < argc && count < 3 && strspn(argv[i], "-0123456789") == strlen(argv[i]); i++)
			ids[count++] = number(argv[i]);
		tell("result", syscall(which, ids[0], ids[1], ids[2]));
	}
	return 0;
}

/* EFFECTIVE PERMITTED: capability sets, as masks. */
static int capabilities(int argc, char **argv)
{
	unsigned long effective = strtoul(argv[1], NULL, 0), permitted = strtoul(argv[2], NULL, 0);
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {
		{ .effective = effective, .permitted = permitted },
		{ .effective = effective >> 32, .permitted = permitted >> 32 },
	};

	(void)argc;
	must("capset", syscall(SYS_capset, &header, data));
	return 0;
}

static pthread_barrier_t barrier;

static void *changes_itself(void *path)
{
	tell("thread", syscall(SYS_gettid));
	syscall(SYS_setfsuid, 65534);
	close(must("open", open(path, O_RDONLY)));
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	return NULL;
}

/* PATH OTHER: a thread becomes nobody for files and opens PATH; then the leading thread opens OTHER. */
static int one_thread(int argc, char **argv)
{
	pthread_t thread;

	(void)argc;
	pthread_barrier_init(&barrier, NULL, 2);
	must("pthread_create", -pthread_create(&thread, NULL, changes_itself, argv[1]));
	pthread_barrier_wait(&barrier);
	close(must("open", open(argv[2], O_RDONLY)));
	pthread_barrier_wait(&barrier);
	pthread_join(thread, NULL);
	return 0;
}

const struct actor credential_actors[] = {
	{ "identity", identity, 2 },
	{ "capabilities", capabilities, 2 },
	{ "one-thread-changes", one_thread, 2 },
	{ 0 },
};
