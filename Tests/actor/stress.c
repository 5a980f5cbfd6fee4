/* SPDX-License-Identifier: Apache-2.0 */
/* All that actors do, at random and at once. */
#include "actor.h"

#include <ftw.h>
#include <time.h>

#define QUERY "123401000001000000000000" "0161" "036f7267" "00" "0001" "0001"

/* "GET /latest/api/token HTTP/1.1", with its host, and a response of two bytes. */
#define REQUEST \
	"474554202f6c61746573742f6170692f746f6b656e20485454502f312e31" \
	"0d0a486f73743a203136392e3235342e3136392e3235340d0a0d0a"
#define RESPONSE \
	"485454502f312e3120323030204f4b0d0a5365727665723a204543327773" \
	"0d0a436f6e74656e742d4c656e6774683a20320d0a0d0a6f6b"

/*
 * `@` stands for a directory of its own with a file `file` in it, `~` for this program, and `%` for the file by which processes are
 * moved to the control group that they are in: nobody is moved.
 */
static const char *const acts[][10] = {
	{ "exec", "~", "nothing" }, { "exec-arguments", "100", "50", "abc" }, { "exec-environment", "9", "60", "LD_PRELOAD=" },
	{ "exec-odd-strings" }, { "exec-no-arguments" }, { "exec-memory", "payload", "~", "nothing" }, { "exec-chain", "5" },
	{ "exec-thread", "~", "nothing" }, { "fork", "@/file" }, { "vfork" }, { "clone3" }, { "silent-clone" },
	{ "orphan", "@/file" }, { "thread", "@/file" }, { "fork-by-thread" }, { "fork-deep", "4", "@/file" },
	{ "exit", "3" }, { "die", "15" }, { "fault" }, { "leader-ends-first" }, { "thread-ends-all" },
	{ "open", "@/file", "0", "0" }, { "openat", "@", "new", "0101", "0600" }, { "openat2", "@/file", "0", "0", "0" },
	{ "creat", "@/new", "0644" }, { "open-by-handle", "@/file", "02" }, { "truncate", "@/file", "3" },
	{ "open-compat", "@/file", "02", "0" }, { "open-io-uring", "@/new", "0101", "0600", "1" },
	{ "open-refused", "/etc/shadow", "0" }, { "open-unreported", "@" }, { "open-deep", "@", "component", "20" },
	{ "identity", "setresuid", "1", "2", "3" }, { "capabilities", "0", "0" }, { "one-thread-changes", "@/file", "@/file" },
	{ "kill-self", "10" }, { "kill-child", "15" }, { "kill-unreported" }, { "kill-namespaced", "@/file" },
	{ "chdir", "@" }, { "fchdir", "@" }, { "call", "83", "s:@/new", "n:0700" }, { "call", "84", "s:@/empty" },
	{ "call", "86", "s:@/file", "s:@/new" }, { "call", "316", "n:-100", "s:@/file", "n:-100", "s:@/new", "n:0" },
	{ "call", "87", "s:@/file" }, { "call", "90", "s:@/file", "n:0600" }, { "call", "452", "n:-100", "s:@/file", "n:0", "n:0" },
	{ "call", "92", "s:@/file", "n:1", "n:2" }, { "call", "280", "n:-100", "s:@/file", "n:0", "n:0" },
	{ "call", "188", "s:@/file", "s:user.mark", "s:x", "n:1", "n:0" }, { "call", "197", "s:@/file", "s:user.none" },
	{ "call-refused", "87", "s:/etc/shadow" }, { "call-compat", "15", "s:@/file", "n:0600" },
	{ "call-thread", "87", "s:@/file" }, { "call-io-uring", "36", "n:-100", "s:@/file", "n:0", "n:0", "n:0", "n:0", "1" },
	{ "call-io-uring", "37", "n:-100", "s:@/new", "n:0700", "n:0", "n:0", "n:0", "0" }, { "race-chmod", "@", "50" },
	{ "race", "openat", "@/race", "500", "2" }, { "race", "unlinkat", "@/race", "500", "2" }, { "race", "renameat2", "@/race", "500", "2" },
	{ "race", "connect", "@/race", "500", "2" }, { "bind-race", "100" }, { "splice", "@/file" }, { "splice-drained", "@/file" },
	{ "splice-io-uring", "@/file", "1" }, { "mmap", "@/file", "4096", "1", "2", "0" }, { "mmap-others" },
	{ "mmap-compat", "~" }, { "mprotect", "5", "4", "1", "2" }, { "mprotect-others" }, { "memory-thread" },
	{ "ptrace-attach" }, { "ptrace-traceme" }, { "ptrace-thread" }, { "ptrace-namespaced" }, { "bpf-maps" },
	{ "bpf-programs" }, { "bpf-meddling" }, { "bpf-failing" }, { "mount", "@" }, { "mount-bind", "@" }, { "mount-move", "@" },
	{ "mount-descriptors", "@" }, { "mount-failing", "@" }, { "mount-propagate", "@" }, { "umount", "@" },
	{ "namespaces", "@/file" }, { "module-failing", "@/file", "x=1" }, { "bind", "tcp", "127.0.0.1", "7001" },
	{ "bind", "udp", "::1", "7001" }, { "bind-netlink" }, { "bind-unreported" }, { "bind-compat", "7001" },
	{ "bind-ring", "127.0.0.1", "7001" }, { "connect", "127.0.0.1", "7002" }, { "connect-ring", "127.0.0.1", "7003" },
	{ "dns-udp", "127.0.0.1", QUERY }, { "dns-inherited", "::1", QUERY }, { "dns-tcp", "127.0.0.1", "0017" QUERY },
	{ "imds", ">" REQUEST, "<" RESPONSE }, { "dns-raw", QUERY }, { "dns-frame", QUERY }, { "disguise", "@/script", "@/new", "sshd" }, { "pass-descriptor", "@/file" },
	{ "steal-descriptor", "@/file" }, { "inject", "ptrace" }, { "inject", "mem" }, { "inject", "vm" },
	{ "call", "157", "n:15", "s:worker" }, { "call", "157", "n:38", "n:1" }, { "attach-filter", "4" }, { "attach-filter", "600" },
	{ "domain-name", "after" }, { "call", "160", "n:4", "q:0,0" }, { "call", "302", "n:0", "n:4", "q:0,0", "n:0" },
	{ "move-child", "%", "write" }, { "move-child", "%", "writev" }, { "move-child", "%", "sendfile" },
	{ "call-io-uring", "23", "w:%", "s:0", "n:1", "n:0", "n:0", "n:0", "3" }, { "quiet-ring", "127.0.0.1", "7004", "0" },
	{ "quiet-ring", "127.0.0.1", "7004", "3" }, { "splice-io-uring", "@/file", "2" }, { "open-into-ring", "@/file", "1", "3" },
	{ "call-io-uring", "35", "n:-100", "s:@/file", "n:-100", "s:@/new", "n:0", "n:0", "2" },
	{ "call", "188", "s:@/file", "s:system.posix_acl_access", "q:0x6000100000002,0x40004ffffffff,0x40020ffffffff,0xffffffff", "n:28", "n:0" },
};

static int remove_one(const char *path, const struct stat *found, int kind, struct FTW *place)
{
	(void)found, (void)kind, (void)place;
	remove(path);
	return 0;
}

static void write_new(const char *directory, const char *name, const char *text, mode_t mode)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	int fd = must("open", open(path, O_WRONLY | O_CREAT | O_CLOEXEC, mode));
	must("write", write(fd, text, strlen(text)));
	close(fd);
}

static void furnish(const char *directory)
{
	static const char *const directories[] = { "", "/empty", "/race" };
	char script[4200], path[4096];

	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", directory, directories[i]);
		must("mkdir", mkdir(path, 0755));
	}
	snprintf(script, sizeof(script), "#!%s nothing\n", self);
	write_new(directory, "script", script, 0755);
	write_new(directory, "file", "content", 0644);
	write_new(directory, "race/a", "a", 0644);
	write_new(directory, "race/b", "b", 0644);
}

struct scene {
	const char *const *act;
	const char *directory;
};

static const char *group_file(void)
{
	static char path[8200];
	char line[4096], device[256], place[2048], kind[64], own[2048] = "";
	FILE *groups = fopen("/proc/self/cgroup", "r"), *mounts = fopen("/proc/self/mounts", "r");

	while (groups && fgets(line, sizeof(line), groups))
		sscanf(line, "0::%2047s", own);
	while (mounts && fgets(line, sizeof(line), mounts))
		if (sscanf(line, "%255s %2047s %63s", device, place, kind) == 3 && !strcmp(kind, "cgroup2"))
			snprintf(path, sizeof(path), "%s%s/cgroup.procs", place, own);
	return path;
}

/* In a session of its own, so that what is left over can be ended with it. */
static int play(void *argument)
{
	const struct scene *scene = argument;
	char words[10][4200], *argv[11] = { 0 };
	int argc = 0;

	for (; argc < 10 && scene->act[argc]; argc++) {
		const char *word = scene->act[argc], *at = strchr(word, '@'), *group = strchr(word, '%');

		if (!strcmp(word, "~"))
			snprintf(words[argc], sizeof(words[argc]), "%s", self);
		else if (group)
			snprintf(words[argc], sizeof(words[argc]), "%.*s%s", (int)(group - word), word, group_file());
		else if (at)
			snprintf(words[argc], sizeof(words[argc]), "%.*s%s%s", (int)(at - word), word, scene->directory, at + 1);
		else
			snprintf(words[argc], sizeof(words[argc]), "%s", word);
		argv[argc] = words[argc];
	}
	must("setsid", setsid());
	dup2(must("open", open("/dev/null", O_WRONLY)), 1);
	alarm(30);
	return act(argc, argv);
}

struct player {
	const char *directory;
	unsigned seed;
	int number;
	time_t end;
};

static int plays(void *argument)
{
	struct player *player = argument;
	unsigned seed = player->seed + player->number;
	char directory[4000];
	long count = 0;

	for (; time(NULL) < player->end; count++) {
		struct scene scene = { acts[rand_r(&seed) % (sizeof(acts) / sizeof(*acts))], directory };

		snprintf(directory, sizeof(directory), "%s/%d-%ld", player->directory, player->number, count);
		furnish(directory);
		pid_t child = spawn(play, &scene);
		int status = wait_for(child);
		kill(-child, SIGKILL);
		if (WIFEXITED(status) && WEXITSTATUS(status) >= 96)
			fprintf(stderr, "actor: %s failed: %d\n", *scene.act, WEXITSTATUS(status));
		nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	}
	tell("acts", count);
	return 0;
}

/* SECONDS SEED DIRECTORY: two players, each of which plays one act after the other. */
static int stress(int argc, char **argv)
{
	struct player player = { argv[3], number(argv[2]), 0, time(NULL) + number(argv[1]) };
	pid_t players[2];

	(void)argc;
	for (; player.number < 2; player.number++)
		players[player.number] = spawn(plays, &player);
	return wait_for(players[0]) | wait_for(players[1]);
}

const struct actor stress_actors[] = {
	{ "stress", stress, 3 },
	{ 0 },
};
