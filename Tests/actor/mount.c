/* SPDX-License-Identifier: Apache-2.0 */
/* Actors that mount, each in a mount namespace of its own, which nothing leaves. DIRECTORY is an empty one of the test's. */
#include "actor.h"

#include <linux/mount.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statfs.h>

#ifndef STATX_MNT_ID
#define STATX_MNT_ID 0x1000U
#endif

/* A mount namespace whose mounts tell no other of what happens to them; in DIRECTORY, a mount of its own. */
static void isolate(const char *directory)
{
	must("unshare", unshare(CLONE_NEWNS));
	must("make private", mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	must("chdir", chdir(directory));
}

/* The id of the mount at a path. */
static long mount_id(const char *path)
{
	struct statx found = { 0 };

	must("statx", statx(AT_FDCWD, path, 0, STATX_MNT_ID, &found));
	return found.stx_mnt_id;
}

static long inode(const char *path)
{
	struct stat found;

	must("stat", stat(path, &found));
	return found.st_ino;
}

static void make(const char *directory)
{
	must("mkdir", mkdir(directory, 0755));
}

/* DIRECTORY: a tmpfs at "a"; remounted and made shared, which attaches nothing. */
static int filesystem(int argc, char **argv)
{
	(void)argc;
	isolate(argv[1]);
	make("a");
	tell("point", inode("a"));
	must("mount", mount("none", "a", "tmpfs", MS_MGC_VAL, "size=64k"));
	tell("mount", mount_id("a"));
	tell("parent", mount_id("."));
	tell("root", inode("a"));
	must("remount", mount(NULL, "a", NULL, MS_REMOUNT | MS_RDONLY, NULL));
	must("share", mount(NULL, "a", NULL, MS_SHARED, NULL));
	return 0;
}

/* DIRECTORY: "s/x" bound to "b", then all of "s", on which a tmpfs is mounted, to "c". */
static int bind(int argc, char **argv)
{
	(void)argc;
	isolate(argv[1]);
	make("s");
	make("s/x");
	make("s/y");
	make("b");
	make("c");
	must("bind", mount("s/x", "b", NULL, MS_BIND, NULL));
	tell("source", mount_id("."));
	tell("bind", mount_id("b"));
	must("mount", mount("none", "s/y", "tmpfs", 0, NULL));
	must("rbind", mount("./s", "c", NULL, MS_BIND | MS_REC, NULL));
	tell("rbind", mount_id("c"));
	tell("below", mount_id("c/y"));
	must("open", open("c/y", O_RDONLY | O_DIRECTORY));
	/* through the bind mount: of two mounts that show it, the word tells which it was */
	make("d");
	make("b/z");
	must("bind", mount("b/z", "d", NULL, MS_BIND, NULL));
	tell("third", mount_id("d"));
	return 0;
}

/* DIRECTORY: a tmpfs at "a", moved to "m/n", by a path with a symbolic link. */
static int move(int argc, char **argv)
{
	(void)argc;
	isolate(argv[1]);
	make("a");
	make("m");
	make("m/n");
	must("symlink", symlink("m", "link"));
	must("mount", mount("none", "a", "tmpfs", 0, NULL));
	tell("mount", mount_id("a"));
	must("move", mount("a", "link/n", NULL, MS_MOVE, NULL));
	return 0;
}

/* DIRECTORY: by the interface of descriptors: a tmpfs at "a", a clone of "s" at "b", and "a" moved to "m". */
static int descriptors(int argc, char **argv)
{
	(void)argc;
	isolate(argv[1]);
	make("a");
	make("s");
	make("b");
	make("m");
	int context = must("fsopen", syscall(SYS_fsopen, "tmpfs", 0));
	must("fsconfig", syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
	int mounted = must("fsmount", syscall(SYS_fsmount, context, 0, 0));
	must("openat", openat(mounted, "detached", O_CREAT | O_WRONLY, 0644));
	must("move_mount", syscall(SYS_move_mount, mounted, "", AT_FDCWD, "a", MOVE_MOUNT_F_EMPTY_PATH));
	tell("new", mount_id("a"));
	int tree = must("open_tree", syscall(SYS_open_tree, AT_FDCWD, "s", OPEN_TREE_CLONE));
	must("move_mount", syscall(SYS_move_mount, tree, "", AT_FDCWD, "b", MOVE_MOUNT_F_EMPTY_PATH));
	tell("clone", mount_id("b"));
	tell("source", mount_id("."));
	must("move_mount", syscall(SYS_move_mount, AT_FDCWD, "a", AT_FDCWD, "m", 0));
	tell("moved", mount_id("m"));
	return 0;
}

/* DIRECTORY: two tmpfs, one in the other; both taken away at once, lazily; then one that is not busy. */
static int by_umount(int argc, char **argv)
{
	(void)argc;
	isolate(argv[1]);
	make("a");
	must("mount", mount("none", "a", "tmpfs", 0, NULL));
	make("a/b");
	must("mount", mount("none", "a/b", "tmpfs", 0, NULL));
	tell("upper", mount_id("a"));
	tell("busy", umount2("a", 0) ? errno : 0);
	must("umount2", umount2("a", MNT_DETACH));
	must("mount", mount("none", "a", "tmpfs", 0, NULL));
	tell("second", mount_id("a"));
	must("umount2", umount2("a", 0));
	return 0;
}

/* DIRECTORY: mounts that fail. Tells the errors. */
static int failing(int argc, char **argv)
{
	(void)argc;
	isolate(argv[1]);
	make("a");
	tell("type", mount("none", "a", "no-such-type", 0, NULL) ? errno : 0);
	tell("missing", mount("none", "missing", "tmpfs", 0, NULL) ? errno : 0);
	must("setresuid", syscall(SYS_setresuid, 65534, 65534, 65534));
	tell("refused", mount("none", "a", "tmpfs", 0, NULL) ? errno : 0);
	tell("umount", umount2("/", 0) ? errno : 0);
	return 0;
}

/* DIRECTORY: "s" and "p" are peers, below both of which a mount appears when one is made below either. */
static int propagate(int argc, char **argv)
{
	(void)argc;
	isolate(argv[1]);
	make("s");
	make("p");
	must("mount", mount("none", "s", "tmpfs", 0, NULL));
	must("share", mount(NULL, "s", NULL, MS_SHARED, NULL));
	must("bind", mount("s", "p", NULL, MS_BIND, NULL));
	make("s/x");
	must("mount", mount("none", "s/x", "tmpfs", 0, NULL));
	tell("own", mount_id("s/x"));
	tell("copy", mount_id("p/x"));
	must("umount2", umount2("s/x", 0));
	return 0;
}

/* DIRECTORY COMPONENT COUNT: a tmpfs and a copy of it, below COUNT directories of that name inside each other. */
static int deep(int argc, char **argv)
{
	(void)argc;
	isolate(argv[1]);
	for (long i = number(argv[3]); i > 0; i--) {
		make(argv[2]);
		must("chdir", chdir(argv[2]));
	}
	make("a");
	make("b");
	must("mount", mount("none", "a", "tmpfs", 0, NULL));
	must("mkdir", mkdir("a/below", 0755));
	must("bind", mount("a/below", "b", NULL, MS_BIND, NULL));
	return 0;
}

static int opens(void *path)
{
	return open(path, O_RDONLY) < 0;
}

/* PATH: opens PATH before and after unshare, and in a child that clone gave a namespace of its own. */
static int namespaces(int argc, char **argv)
{
	(void)argc;
	must("open", open(argv[1], O_RDONLY));
	must("unshare", unshare(CLONE_NEWNS));
	must("open", open(argv[1], O_RDONLY));
	pid_t child = must("clone", syscall(SYS_clone, CLONE_NEWNS | SIGCHLD, 0, 0, 0, 0));
	if (!child)
		_exit(opens(argv[1]));
	tell("child", child);
	return wait_for(child);
}

const struct actor mount_actors[] = {
	{ "mount", filesystem, 1 },
	{ "mount-bind", bind, 1 },
	{ "mount-move", move, 1 },
	{ "mount-descriptors", descriptors, 1 },
	{ "mount-deep", deep, 3 },
	{ "mount-failing", failing, 1 },
	{ "mount-propagate", propagate, 1 },
	{ "umount", by_umount, 1 },
	{ "namespaces", namespaces, 1 },
	{ 0 },
};
