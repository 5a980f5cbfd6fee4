/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which reading of its arguments a system call, or an io_uring operation, wants. Calls with the same meaning and the
 * same order of arguments share one. 0 is "nobody asks". Families have ranges, so that they can grow apart.
 */
#ifndef MARTLET_RECORD_HANDLERS_H
#define MARTLET_RECORD_HANDLERS_H

enum martlet_handler {
	MARTLET_HANDLER_NONE = 0,

	/* opens, identities, signals, directories: 1 to 15 */
	MARTLET_HANDLER_OPEN = 1,
	MARTLET_HANDLER_OPENAT = 2,
	MARTLET_HANDLER_OPENAT2 = 3,
	MARTLET_HANDLER_CREAT = 4,
	MARTLET_HANDLER_OPEN_BY_HANDLE_AT = 5,
	MARTLET_HANDLER_TRUNCATE = 6,
	MARTLET_HANDLER_SETUID = 7,
	MARTLET_HANDLER_SETFSUID = 8,
	MARTLET_HANDLER_SETGID = 9,
	MARTLET_HANDLER_SETFSGID = 10,
	MARTLET_HANDLER_CAPSET = 11,
	MARTLET_HANDLER_KILL = 12,
	MARTLET_HANDLER_CHDIR = 13,
	MARTLET_HANDLER_FCHDIR = 14,

	/* files: 16 to 79 */

	/* mounts and the kernel: 80 to 119 */

	/* network: 120 to 159 */
	MARTLET_HANDLER_BIND = 120,
	MARTLET_HANDLER_CONNECT = 121,
	MARTLET_HANDLER_ACCEPT = 122,
	MARTLET_HANDLER_SOCKETCALL = 123,

	MARTLET_HANDLERS = 160,
};

#endif
