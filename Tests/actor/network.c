/* SPDX-License-Identifier: Apache-2.0 */
#include "actor.h"

#include <arpa/inet.h>
#include <linux/io_uring.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un local;
};

static int loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int control = must("socket", socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));

	must("SIOCSIFFLAGS", ioctl(control, SIOCSIFFLAGS, &request));
	return control;
}

void own_network(const char *address)
{
	struct stat namespace;
	int control;

	must("unshare", unshare(CLONE_NEWNET));
	must("stat", stat("/proc/self/ns/net", &namespace));
	tell("netns", namespace.st_ino);
	control = loopback_up();
	if (address) {
		struct ifreq request = { .ifr_name = "lo:1" };
		struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = inet_addr(address) };

		memcpy(&request.ifr_addr, &in, sizeof(in));
		must("SIOCSIFADDR", ioctl(control, SIOCSIFADDR, &request));
	}
	close(control);
}

/* ADDRESS is one of IPv4, of IPv6, `/path`, or `@name` for an abstract one. */
static socklen_t parse(union address *out, const char *address, int port)
{
	memset(out, 0, sizeof(*out));
	if (*address == '/' || *address == '@') {
		out->local.sun_family = AF_UNIX;
		strcpy(out->local.sun_path, address);
		if (*address == '@')
			out->local.sun_path[0] = 0;
		return offsetof(struct sockaddr_un, sun_path) + strlen(address) + (*address == '/');
	}
	if (inet_pton(AF_INET, address, &out->v4.sin_addr) == 1) {
		out->v4.sin_family = AF_INET;
		out->v4.sin_port = htons(port);
		return sizeof(out->v4);
	}
	if (inet_pton(AF_INET6, address, &out->v6.sin6_addr) == 1) {
		out->v6.sin6_family = AF_INET6;
		out->v6.sin6_port = htons(port);
		return sizeof(out->v6);
	}
	errno = EINVAL;
	return must("address", -1);
}

static int type_of(const char *name)
{
	return strcmp(name, "udp") ? SOCK_STREAM : SOCK_DGRAM;
}

int connected(const char *type, const char *address, int port)
{
	union address to;
	socklen_t length = parse(&to, address, port);
	int fd = must("socket", socket(to.any.sa_family, type_of(type), 0));

	must("connect", connect(fd, &to.any, length));
	return fd;
}

int bound(const char *type, const char *address, int port)
{
	union address at;
	socklen_t length = parse(&at, address, port);
	int fd = must("socket", socket(at.any.sa_family, type_of(type), 0));

	must("bind", bind(fd, &at.any, length));
	return fd;
}

/* tcp|udp ADDRESS PORT */
static int bind_to(int argc, char **argv)
{
	(void)argc;
	own_network(NULL);
	bound(argv[1], argv[2], number(argv[3]));
	return 0;
}

/* ADDRESS PORT: as nobody. Tells the error. */
static int bind_as_nobody(int argc, char **argv)
{
	union address at;
	socklen_t length = parse(&at, argv[1], number(argv[2]));
	int fd;

	(void)argc;
	own_network(NULL);
	must("setresuid", syscall(SYS_setresuid, 65534, 65534, 65534));
	fd = must("socket", socket(at.any.sa_family, SOCK_STREAM, 0));
	tell("error", bind(fd, &at.any, length) ? errno : 0);
	return 0;
}

static int bind_netlink(int argc, char **argv)
{
	struct sockaddr_nl at = { .nl_family = AF_NETLINK };
	int fd = must("socket", socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));

	(void)argc, (void)argv;
	must("bind", bind(fd, (struct sockaddr *)&at, sizeof(at)));
	return 0;
}

/* Fails in ways that make no event: an address of nobody here, a descriptor that is no socket. */
static int bind_unreported(int argc, char **argv)
{
	union address at;
	socklen_t length = parse(&at, "192.0.2.1", 0);

	(void)argc, (void)argv;
	bind(must("socket", socket(AF_INET, SOCK_STREAM, 0)), &at.any, length);
	bind(1, &at.any, length);
	return bind(-1, &at.any, length) != -1;
}

static union address contested;
static volatile int contest_over;

static void *changes(void *unused)
{
	while (!contest_over) {
		contested.v4.sin_port = htons(1);
		contested.v4.sin_addr.s_addr = htonl(0x01010101);
		contested.v4.sin_port = htons(30000);
		contested.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	}
	return unused;
}

/*
 * COUNT: binds while another thread changes the address, and more of them until that was done under way once. Tells `port`
 * and `ip` of every bind as the kernel took it.
 */
static int bind_race(int argc, char **argv)
{
	int one = 1, on = 1, is_won = 0, first = 0;
	pthread_t thread;

	(void)argc;
	own_network(NULL);
	parse(&contested, "127.0.0.1", 30000);
	must("pthread_create", -pthread_create(&thread, NULL, changes, NULL));
	/* On a busy machine the other thread may not have its turn at once. */
	for (long i = 0, count = number(argv[1]); i < count || (!is_won && i < 20 * count); i++) {
		union address got;
		socklen_t length = sizeof(got);
		int fd = must("socket", socket(AF_INET, SOCK_DGRAM, 0));

		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
		setsockopt(fd, SOL_IP, IP_FREEBIND, &on, sizeof(on));
		if (!bind(fd, &contested.any, sizeof(contested.v4))) {
			must("getsockname", getsockname(fd, &got.any, &length));
			tell("ip", ntohl(got.v4.sin_addr.s_addr));
			tell("port", ntohs(got.v4.sin_port));
			is_won |= first && first != got.v4.sin_port;
			first = got.v4.sin_port;
		}
		close(fd);
	}
	contest_over = 1;
	return pthread_join(thread, NULL);
}

/* PORT: the same calls as a 32-bit program makes them: bind, and bind through socketcall. */
static int bind_compat(int argc, char **argv)
{
	struct room {
		struct sockaddr_in at;
		uint32_t args[3];
	} *room = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	int first = must("socket", socket(AF_INET, SOCK_STREAM, 0));
	int second = must("socket", socket(AF_INET, SOCK_STREAM, 0));
	long result;

	(void)argc;
	own_network(NULL);
	first = must("socket", socket(AF_INET, SOCK_STREAM, 0));
	second = must("socket", socket(AF_INET, SOCK_STREAM, 0));
	room->at.sin_family = AF_INET;
	room->at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	room->at.sin_port = htons(number(argv[1]));
	asm volatile("int $0x80" : "=a"(result) : "a"(361), "b"((long)first), "c"(&room->at), "d"(sizeof(room->at)) : "memory");
	tell("bind", result);
	room->at.sin_port = htons(number(argv[1]) + 1);
	room->args[0] = second;
	room->args[1] = (uint32_t)(uintptr_t)&room->at;
	room->args[2] = sizeof(room->at);
	asm volatile("int $0x80" : "=a"(result) : "a"(102), "b"(2L), "c"(room->args) : "memory");
	tell("socketcall", result);
	return 0;
}

/* At most two requests through a ring of their own; the result of the first, if there is to be one. */
static long ring_requests(const struct io_uring_sqe *requests, unsigned count, unsigned results)
{
	int none[4] = { -1, -1, -1, -1 };
	struct io_uring_params parameters = { 0 };
	int ring = must("io_uring_setup", syscall(SYS_io_uring_setup, 2, &parameters));
	char *rings = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
	char *completions = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_CQ_RING);
	struct io_uring_sqe *entries = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);

	must("io_uring_register", syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, none, 4));
	for (unsigned i = 0; i < count; i++) {
		entries[i] = requests[i];
		((unsigned *)(rings + parameters.sq_off.array))[i] = i;
	}
	__atomic_store_n((unsigned *)(rings + parameters.sq_off.tail), count, __ATOMIC_RELEASE);
	must("io_uring_enter", syscall(SYS_io_uring_enter, ring, count, results, IORING_ENTER_GETEVENTS, NULL, 0));
	return ((struct io_uring_cqe *)(completions + parameters.cq_off.cqes))->res;
}

static long ring_request(const struct io_uring_sqe *request)
{
	return ring_requests(request, 1, 1);
}

/* A request that asks for no completion, as `how` says: 1 leaves it to a worker of the kernel, 2 has `close` done behind it. */
static void ring_quietly(const struct io_uring_sqe *request, const struct io_uring_sqe *close, int how)
{
	struct io_uring_sqe chain[2] = { *request, *close };

	chain[0].flags |= IOSQE_CQE_SKIP_SUCCESS | (how & 1 ? IOSQE_ASYNC : 0) | (how & 2 ? IOSQE_IO_LINK : 0);
	chain[1].opcode = IORING_OP_CLOSE;
	chain[1].flags = IOSQE_CQE_SKIP_SUCCESS;
	ring_requests(chain, how & 2 ? 2 : 1, 0);
	sleep(1); /* nothing tells its end, and a worker may have to wait for a processor */
}

#define RING_OP_BIND 56

/* ADDRESS PORT: through io_uring. Tells the result. */
static int bind_ring(int argc, char **argv)
{
	union address at;
	socklen_t length = parse(&at, argv[1], number(argv[2]));
	struct io_uring_sqe request = { .opcode = RING_OP_BIND, .addr = (uintptr_t)&at, .addr2 = length };

	(void)argc;
	own_network(NULL);
	request.fd = must("socket", socket(at.any.sa_family, SOCK_STREAM, 0));
	tell("result", ring_request(&request));
	return 0;
}

/* ADDRESS PORT: connects to itself, and accepts. Tells the port that the connection came from. */
static int connect_to(int argc, char **argv)
{
	union address from;
	socklen_t length = sizeof(from);
	int server, client;

	(void)argc;
	own_network(NULL);
	server = bound("tcp", argv[1], number(argv[2]));
	must("listen", listen(server, 1));
	client = connected("tcp", argv[1], number(argv[2]));
	must("getsockname", getsockname(client, &from.any, &length));
	tell("from", ntohs(from.v4.sin_port)); /* which has the same place in IPv6 */
	must("accept", accept4(server, NULL, NULL, SOCK_CLOEXEC));
	return 0;
}

/* ADDRESS PORT: the same without waiting, and through io_uring. */
static int connect_ring(int argc, char **argv)
{
	union address to;
	socklen_t length = parse(&to, argv[1], number(argv[2]));
	struct io_uring_sqe request = { .opcode = IORING_OP_CONNECT, .addr = (uintptr_t)&to, .off = length };
	int server, client;

	(void)argc;
	own_network(NULL);
	server = bound("tcp", argv[1], number(argv[2]));
	must("listen", listen(server, 2));
	client = must("socket", socket(to.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK, 0));
	tell("error", connect(client, &to.any, length) ? errno : 0);
	request.fd = must("socket", socket(to.any.sa_family, SOCK_STREAM, 0));
	tell("result", ring_request(&request));
	request = (struct io_uring_sqe){ .opcode = IORING_OP_ACCEPT, .fd = server };
	tell("accepted", ring_request(&request));
	return 0;
}

/*
 * ADDRESS PORT HOW: binds, connects to what is bound there, and accepts, all by requests that ask for no completion. HOW 1
 * leaves them to workers of the kernel, 2 closes the sockets in the same chain, 3 does both. What is told in time is told before
 * a chdir.
 */
static int quiet_ring(int argc, char **argv)
{
	union address to;
	socklen_t length = parse(&to, argv[1], number(argv[2]));
	struct io_uring_sqe request = { .opcode = RING_OP_BIND, .addr = (uintptr_t)&to, .addr2 = length }, close = { 0 };
	int how = number(argv[3]), server;

	(void)argc;
	own_network(NULL);
	request.fd = close.fd = must("socket", socket(to.any.sa_family, SOCK_STREAM, 0));
	ring_quietly(&request, &close, how);
	server = bound("tcp", argv[1], number(argv[2]) + 1);
	must("listen", listen(server, 1));
	parse(&to, argv[1], number(argv[2]) + 1);
	request = (struct io_uring_sqe){ .opcode = IORING_OP_CONNECT, .addr = (uintptr_t)&to, .off = length };
	request.fd = close.fd = must("socket", socket(to.any.sa_family, SOCK_STREAM, 0));
	ring_quietly(&request, &close, how);
	request = (struct io_uring_sqe){ .opcode = IORING_OP_ACCEPT, .fd = server, .file_index = how & 2 ? 1 : 0 };
	close = (struct io_uring_sqe){ .file_index = 1 };
	ring_quietly(&request, &close, how);
	must("chdir", chdir("/"));
	return 0;
}

/* PATH: as nobody to a socket that only root may use. Tells the error. */
static int connect_refused(int argc, char **argv)
{
	union address to;
	socklen_t length = parse(&to, argv[1], 0);
	int server = bound("tcp", argv[1], 0), client;

	(void)argc;
	must("listen", listen(server, 1));
	must("chmod", chmod(argv[1], 0700));
	must("setresuid", syscall(SYS_setresuid, 65534, 65534, 65534));
	client = must("socket", socket(AF_UNIX, SOCK_STREAM, 0));
	tell("error", connect(client, &to.any, length) ? errno : 0);
	return 0;
}

const struct actor network_actors[] = {
	{ "bind", bind_to, 3 },
	{ "bind-as-nobody", bind_as_nobody, 2 },
	{ "bind-netlink", bind_netlink, 0 },
	{ "bind-unreported", bind_unreported, 0 },
	{ "bind-race", bind_race, 1 },
	{ "bind-compat", bind_compat, 1 },
	{ "bind-ring", bind_ring, 2 },
	{ "connect", connect_to, 2 },
	{ "connect-ring", connect_ring, 2 },
	{ "quiet-ring", quiet_ring, 3 },
	{ "connect-refused", connect_refused, 1 },
	{ 0 },
};
