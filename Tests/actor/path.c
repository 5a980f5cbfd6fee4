/* SPDX-License-Identifier: Apache-2.0 */
/* Actors that reach a file on a way of their own. Each opens exactly one file, read-only. */
#include "actor.h"

#include <sched.h>
#include <sys/mount.h>

static void open_one(const char *path)
{
	int fd = must("open", open(path, O_RDONLY));
	struct stat found;

	must("fstat", fstat(fd, &found));
	tell("inode", found.st_ino);
	close(fd);
}

/* PATH [DIRECTORY]: opens PATH, relative to DIRECTORY if given. */
static int open_path(int argc, char **argv)
{
	if (argc > 2)
		must("chdir", chdir(argv[2]));
	open_one(argv[1]);
	return 0;
}

/* DIRECTORY COMPONENT COUNT: makes COUNT directories called COMPONENT inside each other, and opens a file in the last. */
static int open_deep(int argc, char **argv)
{
	(void)argc;
	must("chdir", chdir(argv[1]));
	for (long i = number(argv[3]); i > 0; i--) {
		must("mkdir", mkdir(argv[2], 0755));
		must("chdir", chdir(argv[2]));
	}
	close(must("creat", open("leaf", O_CREAT | O_WRONLY, 0644)));
	open_one("leaf");
	must("unlink", unlink("leaf"));
	for (long i = number(argv[3]); i > 0; i--) {
		must("chdir", chdir(".."));
		must("rmdir", rmdir(argv[2]));
	}
	return 0;
}

/* ROOT PATH: opens PATH below another root. */
static int open_chroot(int argc, char **argv)
{
	(void)argc;
	must("chroot", chroot(argv[1]));
	must("chdir", chdir("/"));
	open_one(argv[2]);
	return 0;
}

/* A mount namespace of its own, from which nothing spreads. */
static void own_mounts(void)
{
	must("unshare", unshare(CLONE_NEWNS));
	must("mount", mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL));
}

/* SOURCE TARGET PATH: opens PATH once SOURCE is bound to TARGET. */
static int open_bind(int argc, char **argv)
{
	(void)argc;
	own_mounts();
	must("mount", mount(argv[1], argv[2], NULL, MS_BIND, NULL));
	open_one(argv[3]);
	return 0;
}

/* TARGET NAME: opens TARGET/NAME on a new tmpfs. */
static int open_tmpfs(int argc, char **argv)
{
	(void)argc;
	own_mounts();
	must("mount", mount("none", argv[1], "tmpfs", 0, NULL));
	must("chdir", chdir(argv[1]));
	close(must("creat", open(argv[2], O_CREAT | O_WRONLY, 0644)));
	open_one(argv[2]);
	return 0;
}

/* TARGET OPTIONS LOWER UPPER: opens the files LOWER and UPPER of an overlay, then LOWER for writing, twice. */
static int open_overlay(int argc, char **argv)
{
	(void)argc;
	own_mounts();
	must("mount", mount("overlay", argv[1], "overlay", 0, argv[2]));
	must("chdir", chdir(argv[1]));
	open_one(argv[3]);
	open_one(argv[4]);
	close(must("open", open(argv[3], O_WRONLY)));
	close(must("open", open(argv[3], O_WRONLY)));
	return 0;
}

/* TARGET PATH: opens PATH, where a detached mount is the way to it. */
static int open_unmounted(int argc, char **argv)
{
	(void)argc;
	own_mounts();
	must("mount", mount("none", argv[1], "tmpfs", 0, NULL));
	must("chdir", chdir(argv[1]));
	close(must("creat", open(argv[2], O_CREAT | O_WRONLY, 0644)));
	must("umount", umount2(argv[1], MNT_DETACH));
	open_one(argv[2]);
	return 0;
}

/* TYPE TARGET OPTIONS ACTOR ARG...: with a file system of this type on TARGET, where it goes. */
static int on_mount(int argc, char **argv)
{
	own_mounts();
	must("mount", mount(argv[1], argv[2], argv[1], 0, argv[3]));
	must("chdir", chdir(argv[2]));
	return act(argc - 4, argv + 4);
}

/* SOURCE TARGET ACTOR ARG...: with SOURCE bound to TARGET. */
static int on_bind(int argc, char **argv)
{
	own_mounts();
	must("mount", mount(argv[1], argv[2], NULL, MS_BIND, NULL));
	return act(argc - 3, argv + 3);
}

/* ROOT ACTOR ARG...: below another root. */
static int in_chroot(int argc, char **argv)
{
	must("chroot", chroot(argv[1]));
	must("chdir", chdir("/"));
	return act(argc - 2, argv + 2);
}

const struct actor path_actors[] = {
	{ "open-path", open_path, 1 },
	{ "open-deep", open_deep, 3 },
	{ "open-chroot", open_chroot, 2 },
	{ "open-bind", open_bind, 3 },
	{ "open-tmpfs", open_tmpfs, 2 },
	{ "open-overlay", open_overlay, 4 },
	{ "open-unmounted", open_unmounted, 2 },
	{ "on-mount", on_mount, 4 },
	{ "on-bind", on_bind, 3 },
	{ "in-chroot", in_chroot, 2 },
	{ 0 },
};
