/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Acts against the agent that watches the actor: its parent, or the process that AGENT in the environment names. Nothing
 * else on the machine is touched.
 */
#include "actor.h"

#include <dirent.h>
#include <linux/bpf.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/user.h>
#include <time.h>

static long bpf(int command, union bpf_attr *attribute)
{
	return syscall(SYS_bpf, command, attribute, sizeof(*attribute));
}

static pid_t agent_pid(void)
{
	const char *named = getenv("AGENT");

	return named ? atoi(named) : getppid();
}

static void rest(long milliseconds)
{
	struct timespec time = { .tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000 };

	while (nanosleep(&time, &time) && errno == EINTR)
		;
}

/* How often the agent has told that it was disturbed, but by a stall, in the file that TOLD in the environment names. */
static long told(void)
{
	static FILE *file;
	static char *line;
	static size_t room;
	static long count;
	ssize_t length;

	if (!file)
		file = fopen(getenv("TOLD") ? getenv("TOLD") : "", "re");
	must("TOLD", file ? 0 : -1);
	clearerr(file);
	while ((length = getline(&line, &room, file)) > 0) {
		if (line[length - 1] != '\n') {
			must("fseek", fseek(file, -length, SEEK_CUR));
			break;
		}
		count += strstr(line, "\"agent_disturbed\"") && !strstr(line, "\"stalled\"");
	}
	return count;
}

/* Waits until it tells once more, however slow the machine is. */
static void await_agent(long before)
{
	for (long turns = 0; told() <= before; turns++) {
		errno = ETIMEDOUT;
		must("what the agent tells", turns < 30000 ? 0 : -1);
		rest(10);
	}
}

/* The number behind `key` in a line of the text of the agent's descriptor; -1 if there is no such line. */
static long described(int descriptor, const char *key, const char *value)
{
	char path[64], line[256], *found;
	long number = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", agent_pid(), descriptor);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file)) {
		found = strstr(line, key);
		if (found == line && (!value || strstr(line, value)))
			number = strtol(line + strlen(key), NULL, 10);
	}
	if (file)
		fclose(file);
	return number;
}

/* Calls `body` with each descriptor of the agent until it returns something. */
static long each_descriptor(long (*body)(int descriptor, const char *name), const char *name)
{
	char path[64];
	struct dirent *entry;
	long result = 0;
	DIR *directory;

	snprintf(path, sizeof(path), "/proc/%d/fd", agent_pid());
	directory = opendir(path);
	while (!result && directory && (entry = readdir(directory)))
		if (entry->d_name[0] != '.')
			result = body(atoi(entry->d_name), name);
	if (directory)
		closedir(directory);
	return result;
}

/* Our own descriptor of the map that the agent's leads to, if it has the name. */
static long map_behind(int descriptor, const char *name)
{
	struct bpf_map_info information = { 0 };
	union bpf_attr attribute = { 0 };
	long id = described(descriptor, "map_id:", NULL), map;
	char shown[sizeof(information.name)];

	/* as the kernel cuts it; what libbpf makes of a section keeps that one's name */
	snprintf(shown, sizeof(shown), "%s%s", name[0] == '.' ? "" : "martlet_", name);
	if (id < 0)
		return 0;
	attribute.map_id = id;
	map = bpf(BPF_MAP_GET_FD_BY_ID, &attribute);
	if (map < 0)
		return 0;
	memset(&attribute, 0, sizeof(attribute));
	attribute.info.bpf_fd = map;
	attribute.info.info_len = sizeof(information);
	attribute.info.info = (uintptr_t)&information;
	if (!bpf(BPF_OBJ_GET_INFO_BY_FD, &attribute) && !strcmp(information.name, shown))
		return map;
	close(map);
	return 0;
}

static int map_of_agent(const char *name)
{
	long map = each_descriptor(map_behind, name);

	errno = ENOENT;
	return must(name, map ? map : -1);
}

static long deleted;

/* Deletes all keys of the map behind the agent's descriptor, or what can be deleted, if it has the name. */
static long keys_delete(int descriptor, const char *name)
{
	__u8 key[64], next[64] = { 0 }; /* as large as any of theirs */
	static long latest; /* the agent has some maps behind several descriptors, and makes one after the other */
	long id = described(descriptor, "map_id:", NULL), map = id > latest ? map_behind(descriptor, name) : 0;
	union bpf_attr attribute;
	int ends, has = 0;

	if (!map)
		return 0;
	latest = id;
	do {
		memset(&attribute, 0, sizeof(attribute));
		attribute.map_fd = map;
		attribute.key = has ? (uintptr_t)key : 0;
		attribute.next_key = (uintptr_t)next;
		ends = !!bpf(BPF_MAP_GET_NEXT_KEY, &attribute);
		if (has) {
			attribute.next_key = 0;
			deleted += !bpf(BPF_MAP_DELETE_ELEM, &attribute);
		}
		memcpy(key, next, sizeof(key));
		has = 1;
	} while (!ends);
	close(map);
	return 0;
}

/* MAP …: deletes all keys of the agent's maps of a name, then acts on. Tells how many went. */
static int delete_keys(int argc, char **argv)
{
	long before = told();

	each_descriptor(keys_delete, argv[1]);
	tell("deleted", deleted);
	await_agent(before);
	return act(argc - 2, argv + 2);
}

/* Writes to a map of the agent; returns the errno. */
static int update(const char *map, __u32 key, const void *value)
{
	union bpf_attr attribute = { 0 };

	attribute.map_fd = map_of_agent(map);
	attribute.key = (uintptr_t)&key;
	attribute.value = (uintptr_t)value;
	return bpf(BPF_MAP_UPDATE_ELEM, &attribute) ? errno : 0;
}

/* Writes zeros to the first slot of a map of the agent. Tells the errno. */
static void zero(const char *map)
{
	static char value[1 << 20];

	tell("errno", update(map, 0, value));
}

/* MAP …: does that, and acts on at once. */
static int zero_map(int argc, char **argv)
{
	zero(argv[1]);
	return act(argc - 2, argv + 2);
}

/* MAP …: does that, and acts on when the agent has told it. */
static int write_map(int argc, char **argv)
{
	long before = told();

	zero(argv[1]);
	if (argc < 3)
		return 0;
	await_agent(before);
	return act(argc - 2, argv + 2);
}

/* AWAITS …: has itself left out of what the agent watches, as those are who work for it, and acts on: for 1 when that is told. */
static int exempt(int argc, char **argv)
{
	__u64 state = 1;
	__u8 one = 1;
	long before = told();

	tell("state", update(".data.state", 0, &state));
	tell("exempt", update("exempt", getpid(), &one));
	if (number(argv[1]))
		await_agent(before);
	return act(argc - 2, argv + 2);
}

/* Stops the agent's main thread behind a system call. */
static struct user_regs_struct seize(pid_t agent)
{
	struct user_regs_struct registers;

	for (int i = 0; i < 1000; i++) {
		must("PTRACE_SEIZE", ptrace(PTRACE_SEIZE, agent, 0, 0));
		must("PTRACE_INTERRUPT", ptrace(PTRACE_INTERRUPT, agent, 0, 0));
		waitpid(agent, NULL, __WALL);
		must("PTRACE_GETREGS", ptrace(PTRACE_GETREGS, agent, 0, &registers));
		errno = 0;
		if ((ptrace(PTRACE_PEEKTEXT, agent, registers.rip - 2, 0) & 0xffff) == 0x050f && !errno)
			return registers;
		must("PTRACE_DETACH", ptrace(PTRACE_DETACH, agent, 0, 0));
		rest(1);
	}
	errno = ETIMEDOUT;
	must("seize the agent", -1);
	return registers;
}

/* Has the agent close a descriptor of its own. */
static long close_in_agent(int descriptor)
{
	pid_t agent = agent_pid();
	struct user_regs_struct before = seize(agent), call = before, after;

	call.rip -= 2;
	call.rax = SYS_close;
	call.orig_rax = -1;
	call.rdi = descriptor;
	must("PTRACE_SETREGS", ptrace(PTRACE_SETREGS, agent, 0, &call));
	must("PTRACE_SINGLESTEP", ptrace(PTRACE_SINGLESTEP, agent, 0, 0));
	waitpid(agent, NULL, __WALL);
	must("PTRACE_GETREGS", ptrace(PTRACE_GETREGS, agent, 0, &after));
	must("PTRACE_SETREGS", ptrace(PTRACE_SETREGS, agent, 0, &before));
	must("PTRACE_DETACH", ptrace(PTRACE_DETACH, agent, 0, 0));
	return after.rax;
}

static long link_behind(int descriptor, const char *tracepoint)
{
	return described(descriptor, "tp_name:", tracepoint) < 0 ? 0 : descriptor;
}

static long map_descriptor(int descriptor, const char *name)
{
	long map = map_behind(descriptor, name);

	if (map)
		close(map);
	return map ? descriptor : 0;
}

static long targets[64], target_count;

/* Notes a descriptor of the agent that leads to the target. */
static long note_target(int descriptor, const char *target)
{
	char path[64], found[256];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", agent_pid(), descriptor);
	length = readlink(path, found, sizeof(found));
	if (length == (ssize_t)strlen(target) && !memcmp(found, target, length) && target_count < 64)
		targets[target_count++] = descriptor;
	return 0;
}

/* link|map NAME …: has the agent close its link to a tracepoint, or its map, then acts on. Tells what the call returned. */
static int close_descriptor(int argc, char **argv)
{
	long descriptor = each_descriptor(strcmp(argv[1], "link") ? map_descriptor : link_behind, argv[2]);
	long before = told();

	errno = ENOENT;
	must(argv[2], descriptor ? descriptor : -1);
	tell("closed", close_in_agent(descriptor));
	await_agent(before);
	return act(argc - 3, argv + 3);
}

/* TARGET …: has the agent close all descriptors that lead there, then acts on. */
static int close_targets(int argc, char **argv)
{
	each_descriptor(note_target, argv[1]);
	errno = ENOENT;
	must(argv[1], target_count ? 0 : -1);
	while (target_count)
		must("close", -close_in_agent(targets[--target_count]));
	return act(argc - 2, argv + 2);
}

/* MAP: loads a program that uses a map of the agent. */
static int rival(int argc, char **argv)
{
	struct bpf_insn instructions[] = {
		{ .code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = 1, .src_reg = BPF_PSEUDO_MAP_FD, .imm = map_of_agent(argv[1]) },
		{ 0 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attribute = { 0 };
	long before = told();

	(void)argc;
	attribute.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	attribute.insn_cnt = sizeof(instructions) / sizeof(*instructions);
	attribute.insns = (uintptr_t)instructions;
	attribute.license = (uintptr_t) "GPL";
	strcpy(attribute.prog_name, "actor_rival");
	must("BPF_PROG_LOAD", bpf(BPF_PROG_LOAD, &attribute));
	await_agent(before);
	return 0;
}

/* BYTES …: moves the position up to which the agent's ring buffer was read, then acts on. */
static int move_ring(int argc, char **argv)
{
	unsigned long *position = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, map_of_agent("ring"), 0);
	long before = told();

	must("mmap", position == MAP_FAILED ? -1 : 0);
	__atomic_fetch_add(position, number(argv[1]), __ATOMIC_SEQ_CST);
	await_agent(before);
	return act(argc - 2, argv + 2);
}

/* MILLISECONDS …: stops the agent for so long, acting meanwhile. */
static int stop(int argc, char **argv)
{
	pid_t agent = agent_pid();
	int status;

	must("SIGSTOP", kill(agent, SIGSTOP));
	status = act(argc - 2, argv + 2);
	rest(number(argv[1]));
	must("SIGCONT", kill(agent, SIGCONT));
	rest(500);
	return status;
}

static void write_text(const char *directory, const char *name, const char *text)
{
	char path[4096];
	int file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = must(path, open(path, O_WRONLY | O_CLOEXEC));
	must(path, write(file, text, strlen(text)));
	close(file);
}

/* CGROUP NAME FROZEN THAWED HOME MILLISECONDS …: freezes the agent in a cgroup for so long, acting meanwhile. */
static int freeze(int argc, char **argv)
{
	char agent[32];
	int status;

	snprintf(agent, sizeof(agent), "%d", agent_pid());
	write_text(argv[1], "cgroup.procs", agent);
	write_text(argv[1], argv[2], argv[3]);
	status = act(argc - 7, argv + 7);
	rest(number(argv[6]));
	write_text(argv[1], argv[2], argv[4]);
	write_text(argv[5], "cgroup.procs", agent);
	rest(500);
	return status;
}

/* Traces the agent until it has told that, and waits until it has told that it is over. */
static int trace_agent(int argc, char **argv)
{
	long before = told();

	(void)argc, (void)argv;
	must("PTRACE_SEIZE", ptrace(PTRACE_SEIZE, agent_pid(), 0, 0));
	await_agent(before);
	before = told();
	must("PTRACE_INTERRUPT", ptrace(PTRACE_INTERRUPT, agent_pid(), 0, 0));
	waitpid(agent_pid(), NULL, __WALL);
	must("PTRACE_DETACH", ptrace(PTRACE_DETACH, agent_pid(), 0, 0));
	await_agent(before);
	return 0;
}

/* LIMIT …: leaves the agent so many descriptors, then acts on. */
static int limit(int argc, char **argv)
{
	struct rlimit limit;
	long before = told();

	must("prlimit", prlimit(agent_pid(), RLIMIT_NOFILE, NULL, &limit));
	limit.rlim_cur = number(argv[1]);
	must("prlimit", prlimit(agent_pid(), RLIMIT_NOFILE, &limit, NULL));
	await_agent(before);
	must("prlimit", prlimit(agent_pid(), RLIMIT_NOFILE, NULL, &limit));
	tell("limit", limit.rlim_cur);
	return act(argc - 2, argv + 2);
}

const struct actor tamper_actors[] = {
	{ "tamper-keys", delete_keys, 2 },   { "tamper-write", write_map, 1 }, { "tamper-close", close_descriptor, 3 }, { "tamper-close-all", close_targets, 2 },
	{ "tamper-rival", rival, 1 },        { "tamper-ring", move_ring, 2 },  { "tamper-stop", stop, 2 },
	{ "tamper-exempt", exempt, 2 },      { "tamper-freeze", freeze, 7 },      { "tamper-trace", trace_agent, 0 }, { "tamper-limit", limit, 2 },
	{ "tamper-zero", zero_map, 2 },
	{ 0 },
};
