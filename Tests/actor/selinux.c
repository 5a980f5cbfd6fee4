/* SPDX-License-Identifier: Apache-2.0 */
#include "actor.h"

#include <sys/uio.h>

/* PATH TEXT: by write, pwrite64 and writev. Tells the errors. */
static int writes(int argc, char **argv)
{
	struct iovec vector = { argv[2], strlen(argv[2]) };
	int fd = must("open", open(argv[1], O_WRONLY));

	(void)argc;
	tell("write", write(fd, vector.iov_base, vector.iov_len) < 0 ? errno : 0);
	tell("pwrite", pwrite(fd, vector.iov_base, vector.iov_len, 0) < 0 ? errno : 0);
	tell("writev", writev(fd, &vector, 1) < 0 ? errno : 0);
	return 0;
}

const struct actor selinux_actors[] = {
	{ "selinux-write", writes, 2 },
	{ 0 },
};
