/* SPDX-License-Identifier: Apache-2.0 */
#include "actor.h"

#include <martlet_client.h>

/* One request as a program would make it that does not keep to the client. */
static void say(uint64_t id, int cursor, int type, const char *data)
{
	struct martlet_client_request request = { .operation = MARTLET_CLIENT_SESSION };

	request.body.session.id = id;
	request.body.session.cursor = cursor;
	request.body.session.type = type;
	strncpy((char *)request.body.session.data, data, MARTLET_CLIENT_DATA);
	tell("taken", martlet_client_send(&request));
}

/* ID DATA ACTOR...: opens a session by the client, tells whether it was taken, and acts. */
static int session(int argc, char **argv)
{
	tell("taken", martlet_client_session(strtoull(argv[1], NULL, 16), MARTLET_CLIENT_K8S, argv[2], strlen(argv[2])));
	return act(argc - 3, argv + 3);
}

/* (ID CURSOR TYPE DATA)... -- ACTOR...: the requests one after the other, and acts. */
static int session_pieces(int argc, char **argv)
{
	int i = 1;

	for (; i + 3 < argc && strcmp(argv[i], "--"); i += 4)
		say(strtoull(argv[i], NULL, 16), number(argv[i + 1]), number(argv[i + 2]), argv[i + 3]);
	return act(argc - i - 1, argv + i + 1);
}

/* PATH: requests that are none, and then an open. Every pointer is one that a program may well make. */
static int session_hostile(int argc, char **argv)
{
	static const uint64_t pointers[] = { 0, 1, 0x7ffffffff000, ~0ULL, 0xffff888000000000, 0xffffffff81000000 };
	uint8_t unknown[sizeof(struct martlet_client_request)] = { 0 };

	(void)argc;
	for (size_t i = 0; i < sizeof(pointers) / sizeof(*pointers); i++)
		syscall(SYS_ioctl, -1, MARTLET_CLIENT_COMMAND, pointers[i]);
	for (int operation = 0; operation < 256; operation++) {
		unknown[0] = operation;
		if ((operation & ~MARTLET_CLIENT_REPLY) != MARTLET_CLIENT_SESSION)
			syscall(SYS_ioctl, -1, MARTLET_CLIENT_COMMAND, unknown);
	}
	close(must("open", open(argv[1], O_RDONLY)));
	return 0;
}

const struct actor session_actors[] = {
	{ "session", session, 3 },
	{ "session-pieces", session_pieces, 2 },
	{ "session-hostile", session_hostile, 1 },
	{ 0 },
};
