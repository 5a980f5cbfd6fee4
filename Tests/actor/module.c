/* SPDX-License-Identifier: Apache-2.0 */
#include "actor.h"

/* PATH ARGS: a file that is no module, both ways; then a module that is not there. Tells the errors. */
static int failing(int argc, char **argv)
{
	char image[64] = "no module";

	(void)argc;
	tell("memory", syscall(SYS_init_module, image, sizeof(image), argv[2]) ? errno : 0);
	tell("file", syscall(SYS_finit_module, must("open", open(argv[1], O_RDONLY)), argv[2], 0) ? errno : 0);
	tell("unload", syscall(SYS_delete_module, "no_such_module", O_NONBLOCK) ? errno : 0);
	must("setresuid", syscall(SYS_setresuid, 65534, 65534, 65534));
	tell("refused", syscall(SYS_init_module, image, sizeof(image), "") ? errno : 0);
	return 0;
}

/* PATH NAME ARGS: loads PATH by finit_module, unloads NAME, loads it from memory, unloads it again. */
static int load(int argc, char **argv)
{
	int fd = must("open", open(argv[1], O_RDONLY | O_CLOEXEC));
	struct stat found;

	(void)argc;
	must("fstat", fstat(fd, &found));
	char *image = malloc(found.st_size);
	must("read", read(fd, image, found.st_size));
	must("finit_module", syscall(SYS_finit_module, fd, argv[3], 0));
	must("delete_module", syscall(SYS_delete_module, argv[2], O_NONBLOCK));
	must("init_module", syscall(SYS_init_module, image, found.st_size, argv[3]));
	must("delete_module", syscall(SYS_delete_module, argv[2], O_NONBLOCK));
	return 0;
}

const struct actor module_actors[] = {
	{ "module-failing", failing, 2 },
	{ "module-load", load, 3 },
	{ 0 },
};
