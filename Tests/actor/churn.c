/* SPDX-License-Identifier: Apache-2.0 */
/* Random acts on the files of one tree, always the same ones for the same seed. */
#include "actor.h"

#include <netinet/in.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/xattr.h>

#define LONG "a-name-that-is-longer-than-what-filters-compare-of-one-which-is-sixty-bytes"
#define BATCH 50   /* acts of one process */
#define DEEPEST 80 /* directories within one another: more than filters look at */

/* Few enough that the acts often meet. The last directory is the deepest one. */
static char deepest[2 * DEEPEST + 8] = "low";
static const char *const directories[] = { "watched", "deep", "deep/er", "deep/er/x", "other", "other/hooks", "mounted", deepest };
static const char *const names[] = { "secret", "token", "a", "b.key", "plain", "hooks", LONG, LONG "2", "odd\xff", "way" };
static const char *const programs[] = { "cat", "sshd", "sh" };

static const char *root, *tag;
static unsigned seed;

static unsigned dice(unsigned sides)
{
	return rand_r(&seed) / 7 % sides;
}

#define ONE_OF(list) ((list)[dice(sizeof(list) / sizeof(*(list)))])

/* The path of some file or, without names, of some directory: of three relative ones, and some that go a way about. */
static const char *path_of(char *path, int has_name)
{
	snprintf(path, 4096, "%s/%s%s%s%s", dice(3) ? root : ".", dice(6) ? "" : "deep/../", ONE_OF(directories),
		 has_name ? "/" : "", has_name ? ONE_OF(names) : "");
	return path;
}

static const char *some_file(void)
{
	static char path[4096];

	return path_of(path, 1);
}

static const char *other_file(void)
{
	static char path[4096];

	return path_of(path, 1);
}

static const char *some_directory(void)
{
	static char path[4096];

	return path_of(path, 0);
}

static int opened(void)
{
	static const int flags[] = { O_RDONLY, O_RDONLY | O_NOFOLLOW, O_WRONLY, O_WRONLY | O_CREAT, O_RDWR | O_CREAT | O_TRUNC,
				     O_WRONLY | O_CREAT | O_EXCL, O_RDWR | O_APPEND, O_PATH, O_RDONLY | O_DIRECTORY };

	return open(some_file(), ONE_OF(flags), 0644);
}

static void open_once(void)
{
	close(opened());
}

static void open_beside(void)
{
	int directory = open(some_directory(), O_PATH | O_DIRECTORY);
	struct { unsigned long flags, mode, resolve; } how = { dice(2) ? O_RDONLY : O_RDWR | O_CREAT, 0, 0 };

	how.mode = how.flags & O_CREAT ? 0600 : 0;
	if (dice(2))
		close(openat(directory, ONE_OF(names), how.flags, 0600));
	else
		close(syscall(SYS_openat2, directory, ONE_OF(names), &how, sizeof(how)));
	close(directory);
}

/* Through a descriptor: also of a file that has no name any more. */
static void open_again(void)
{
	char link[64];
	int file = dice(4) ? opened() : memfd_create(ONE_OF(names), 0);

	snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
	if (!dice(3))
		unlink(some_file());
	close(open(link, dice(2) ? O_RDONLY : O_WRONLY));
	close(file);
}

static void make_or_cut(void)
{
	if (dice(2))
		close(creat(some_file(), 0600));
	else
		(void)!truncate(some_file(), dice(100));
}

static void remove_file(void)
{
	unlinkat(AT_FDCWD, some_file(), dice(4) ? 0 : AT_REMOVEDIR);
}

static void replace_file(void)
{
	const char *file = some_file();

	unlink(file);
	close(open(file, O_WRONLY | O_CREAT, 0644));
}

static void move_file(void)
{
	static const unsigned flags[] = { 0, 0, 1 /* RENAME_NOREPLACE */, 2 /* RENAME_EXCHANGE */ };

	syscall(SYS_renameat2, AT_FDCWD, some_file(), AT_FDCWD, other_file(), ONE_OF(flags));
}

/* While a directory has another name, what is in it has another path. */
static void move_directory(void)
{
	const char *directory = some_directory(), *inside = dice(2) ? "elsewhere/secret" : "elsewhere/a";

	if (rename(directory, "elsewhere"))
		return;
	close(open(inside, O_RDWR | O_CREAT, 0644));
	chmod(inside, 0640);
	rename("elsewhere", directory);
}

static void exchange_directories(void)
{
	syscall(SYS_renameat2, AT_FDCWD, "watched", AT_FDCWD, dice(2) ? "other" : "deep/er", 2);
}

static void link_file(void)
{
	if (dice(3))
		(void)!link(some_file(), other_file());
	else
		(void)!symlink(dice(2) ? "../watched/secret" : "../deep", some_file());
}

static void make_directory(void)
{
	if (dice(2))
		mkdir(some_file(), 0755);
	else
		rmdir(some_file());
}

static void change_mode(void)
{
	static const mode_t modes[] = { 0644, 0600, 0666, 04755, 0755 };
	int file;

	if (dice(3)) {
		chmod(some_file(), ONE_OF(modes));
		return;
	}
	file = opened();
	fchmod(file, ONE_OF(modes));
	close(file);
}

static void change_owner(void)
{
	static const int owners[] = { 0, 33, 65534, -1 };

	(void)!fchownat(AT_FDCWD, some_file(), ONE_OF(owners), -1, dice(2) ? 0 : AT_SYMLINK_NOFOLLOW);
}

static void change_times(void)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = dice(1000) } };

	utimensat(AT_FDCWD, some_file(), dice(2) ? NULL : times, 0);
}

static void change_attribute(void)
{
	const char *attribute = dice(2) ? "user.mark" : "user.other";

	if (dice(3))
		setxattr(some_file(), attribute, "x", 1, 0);
	else
		removexattr(some_file(), attribute);
}

static void map_file(void)
{
	static const int protections[] = { PROT_READ, PROT_READ | PROT_EXEC, PROT_READ | PROT_WRITE };
	int file = open(some_file(), O_RDONLY), protection = ONE_OF(protections);
	void *area = mmap(NULL, 4096, protection, MAP_PRIVATE | (file < 0 ? MAP_ANONYMOUS : 0), file, 0);

	if (area != MAP_FAILED) {
		mprotect(area, 4096, ONE_OF(protections));
		munmap(area, 4096);
	}
	close(file);
}

static void send_signal(void)
{
	static const int signals[] = { 0, SIGUSR1, SIGUSR2, SIGTERM };

	kill(getpid(), ONE_OF(signals));
}

static int be_traced(void *nothing)
{
	(void)nothing;
	ptrace(PTRACE_TRACEME, 0, 0, 0);
	return 0;
}

static void trace_child(void)
{
	wait_for(spawn(be_traced, NULL));
}

static void use_network(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(7001 + dice(3)), .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int local = socket(AF_INET, SOCK_DGRAM, 0);

	if (dice(2))
		(void)!connect(local, (struct sockaddr *)&address, sizeof(address));
	else
		(void)!bind(local, (struct sockaddr *)&address, sizeof(address));
	close(local);
}

static void go_elsewhere(void)
{
	if (!chdir(some_directory())) {
		close(open("secret", O_RDONLY));
		close(open("a", O_RDWR | O_CREAT, 0644));
	}
	must(root, chdir(root));
}

/* Puts something over a directory, or takes it away again. */
static void mount_over(void)
{
	if (!umount2("mounted", MNT_DETACH))
		return;
	switch (dice(3)) {
	case 0:
		mount("deep", "mounted", NULL, MS_BIND, NULL);
		break;
	case 1:
		mount("none", "mounted", "tmpfs", 0, NULL);
		break;
	default:
		mount("none", "mounted", "overlay", 0, "lowerdir=deep,upperdir=layers/upper,workdir=layers/work");
	}
}

static int run_program(void *program)
{
	char path[4096], *arguments[] = { program, "nothing", (char *)tag, NULL }, *environment[] = { NULL };

	snprintf(path, sizeof(path), "%s/bin/%s", root, (char *)program);
	execve(path, arguments, environment);
	return 1;
}

static void run_one(void)
{
	wait_for(spawn(run_program, (void *)ONE_OF(programs)));
}

static void act_as_nobody(void);

static void (*const acts[])(void) = {
	open_once, open_once, open_once, open_once, open_once, open_beside, open_beside, open_again, make_or_cut, remove_file,
	remove_file, replace_file, replace_file, move_file, move_file, move_file, move_directory, exchange_directories, link_file,
	link_file, make_directory, make_directory, change_mode, change_mode, change_owner, change_times, change_attribute, map_file,
	send_signal, trace_child, use_network, use_network, go_elsewhere, mount_over, run_one, act_as_nobody, act_as_nobody,
};

/* Much of what a user does who may not is refused. */
static void act_as_nobody(void)
{
	if (geteuid())
		return;
	must("seteuid", seteuid(65534));
	for (int i = dice(4); i >= 0; i--)
		ONE_OF(acts)();
	must("seteuid", seteuid(0));
}

/* The path of the deepest directory; `make`s all on the way there. */
static void deepen(int make)
{
	for (int i = 0; i < DEEPEST; i++) {
		if (make)
			mkdir(deepest, 0755);
		strcat(deepest, "/d");
	}
}

/* SEED COUNT ROOT TAG: so many acts. */
static int churn_some(int argc, char **argv)
{
	(void)argc;
	seed = number(argv[1]);
	root = argv[3];
	tag = argv[4];
	must(root, chdir(root));
	deepen(0);
	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	for (long i = number(argv[2]); i > 0; i--)
		ONE_OF(acts)();
	return 0;
}

static int churn_by(void *program)
{
	char path[4096], count[16], number[16];
	char *arguments[] = { program, "churn-some", number, count, (char *)root, (char *)tag, NULL }, *environment[] = { NULL };

	snprintf(path, sizeof(path), "%s/bin/%s", root, (char *)program);
	snprintf(number, sizeof(number), "%u", seed);
	snprintf(count, sizeof(count), "%d", BATCH);
	execve(path, arguments, environment);
	return 1;
}

static void furnish(void)
{
	static const char *const others[] = { "layers", "layers/upper", "layers/work" };

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		mkdir(others[i], 0755);
	for (size_t i = 0; i < sizeof(directories) / sizeof(*directories); i++)
		mkdir(directories[i], 0755);
}

/*
 * SEED COUNT ROOT TAG: COUNT acts in the tree ROOT, fifty by each of its programs `bin/…` in turn. All of them have TAG as
 * their last argument. What they mount nobody else sees.
 */
static int churn(int argc, char **argv)
{
	(void)argc;
	root = argv[3];
	tag = argv[4];
	must("unshare", unshare(CLONE_NEWNS));
	must("mount", mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	own_network(NULL);
	must(root, chdir(root));
	deepen(1);
	furnish();
	seed = number(argv[1]);
	for (long i = number(argv[2]); i > 0; i -= BATCH)
		if (wait_for(spawn(churn_by, (void *)ONE_OF(programs))))
			return 1;
	return 0;
}

const struct actor churn_actors[] = {
	{ "churn", churn, 4 },
	{ "churn-some", churn_some, 4 },
	{ 0 },
};
