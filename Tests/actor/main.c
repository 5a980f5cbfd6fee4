/* SPDX-License-Identifier: Apache-2.0 */
#include "actor.h"

char self[4096];

static const struct actor *const lists[] = { exec_actors,       fork_actors,   exit_actors,  open_actors, path_actors,
					     credential_actors, signal_actors, chdir_actors, call_actors, busy_actors, place_actors,
					     memory_actors,     ptrace_actors, bpf_actors,   mount_actors, module_actors,
					     selinux_actors,    network_actors, packet_actors, span_actors,  session_actors,
					     race_actors,       evasion_actors, stress_actors, tamper_actors, setting_actors, stage_actors, churn_actors };

void tell(const char *name, long value)
{
	dprintf(1, "%s=%ld\n", name, value);
}

long must(const char *what, long result)
{
	if (result >= 0)
		return result;
	fprintf(stderr, "actor: %s: %s\n", what, strerror(errno));
	exit(99);
}

long number(const char *text)
{
	return strtol(text, NULL, 0);
}

pid_t spawn(int (*body)(void *), void *argument)
{
	pid_t pid = must("fork", fork());

	if (pid == 0)
		_exit(body(argument));
	return pid;
}

int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			must("waitpid", -1);
	return status;
}

int act(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		for (const struct actor *actor = lists[i]; actor->name; actor++) {
			if (strcmp(actor->name, argv[0]))
				continue;
			if (argc - 1 < actor->arguments)
				break;
			return actor->run(argc, argv);
		}
	}
	fprintf(stderr, "actor: no such actor, or too few arguments: %s\n", argv[0]);
	return 98;
}

int main(int argc, char **argv)
{
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (length < 0)
		return 97;
	self[length] = 0;
	if (argc > 1 && strcmp(argv[1], "nothing"))
		tell("pid", getpid());
	return argc < 2 ? 0 : act(argc - 1, argv + 1);
}
