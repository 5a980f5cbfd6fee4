/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An actor does one real thing to the kernel, with values that a test knows beforehand or that it tells. What it
 * tells goes to standard output, a line NAME=VALUE each.
 */
#ifndef ACTOR_H
#define ACTOR_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

struct actor {
	const char *name;
	int (*run)(int argc, char **argv); /* argv[0] is the actor's name */
	int arguments;                     /* how many it needs after its name */
};

/* One list a file, each ended by a row without a name. */
extern const struct actor exec_actors[], fork_actors[], exit_actors[], open_actors[], path_actors[], credential_actors[],
	signal_actors[], chdir_actors[], call_actors[], busy_actors[], place_actors[], memory_actors[], ptrace_actors[],
	bpf_actors[], mount_actors[], module_actors[], selinux_actors[], network_actors[], packet_actors[],
	span_actors[], session_actors[], race_actors[], evasion_actors[], stress_actors[], tamper_actors[], setting_actors[],
	stage_actors[], churn_actors[];

/* Tells `name=value`. */
void tell(const char *name, long value);
/* Ends with a message and status 99 when `result` is negative; returns it otherwise. */
long must(const char *what, long result);
/* Runs `actor` with the words after it, in this process. */
int act(int argc, char **argv);
/* Forks; the child runs `body` and ends with what it returns. Returns the child's pid. */
pid_t spawn(int (*body)(void *), void *argument);
/* Waits for the end of `pid` and returns its status word. */
int wait_for(pid_t pid);
/* An integer of a command line. */
long number(const char *text);
/* Moves to a network namespace of its own, whose loopback is up, with `address` on it if there is one. Tells `netns`. */
void own_network(const char *address);
/* A socket, `tcp` or `udp`, that is connected or bound to an address. */
int connected(const char *type, const char *address, int port);
int bound(const char *type, const char *address, int port);
/* Gives up root, and all groups. */
void become_nobody(void);
/* The file of this program. */
extern char self[4096];

#endif
