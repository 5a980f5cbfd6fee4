/* SPDX-License-Identifier: Apache-2.0 */
#include "actor.h"

/* PATH...: one chdir after the other. */
static int by_chdir(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		must("chdir", chdir(argv[i]));
	return 0;
}

/* PATH */
static int by_fchdir(int argc, char **argv)
{
	(void)argc;
	must("fchdir", fchdir(must("open", open(argv[1], O_RDONLY | O_DIRECTORY))));
	return 0;
}

/* BASE PATH: PATH from BASE, as nobody; then PATH by a descriptor. Tells both errors. */
static int refused(int argc, char **argv)
{
	(void)argc;
	must("chdir", chdir(argv[1]));
	int fd = must("open", open(argv[2], O_RDONLY | O_DIRECTORY));
	must("setresuid", syscall(SYS_setresuid, 65534, 65534, 65534));
	tell("chdir", chdir(argv[2]) ? errno : 0);
	tell("fchdir", fchdir(fd) ? errno : 0);
	tell("missing", chdir("missing") ? errno : 0);
	return 0;
}

const struct actor chdir_actors[] = {
	{ "chdir", by_chdir, 1 },
	{ "fchdir", by_fchdir, 1 },
	{ "chdir-refused", refused, 2 },
	{ 0 },
};
