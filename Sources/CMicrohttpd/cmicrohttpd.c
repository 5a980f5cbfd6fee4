#include "CMicrohttpd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct cmicrohttpd {
	struct MHD_Daemon *daemon;
	cmicrohttpd_answer answer;
	void *context;
};

static enum MHD_Result handle(void *opaque, struct MHD_Connection *connection, const char *url, const char *method,
			      const char *version, const char *upload, size_t *upload_size, void **state)
{
	struct cmicrohttpd *server = opaque;
	struct MHD_Response *response;
	const char *type = "text/plain";
	char *text = NULL;
	size_t size = 0;
	unsigned status;
	enum MHD_Result result;

	(void)version, (void)upload, (void)state;
	if (*upload_size)
		*upload_size = 0;
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0)
		status = MHD_HTTP_METHOD_NOT_ALLOWED;
	else
		status = server->answer(server->context, url, &text, &size, &type);
	response = MHD_create_response_from_buffer(size, text, MHD_RESPMEM_MUST_FREE);
	if (!response) {
		free(text);
		return MHD_NO;
	}
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

struct cmicrohttpd *cmicrohttpd_start(const char *address, uint16_t port, cmicrohttpd_answer answer, void *context)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD;
	const struct sockaddr *socket_address = (struct sockaddr *)&v4;
	struct cmicrohttpd *server;

	if (inet_pton(AF_INET6, address, &v6.sin6_addr) == 1) {
		socket_address = (struct sockaddr *)&v6;
		flags |= MHD_USE_IPv6;
	} else if (inet_pton(AF_INET, address, &v4.sin_addr) != 1) {
		errno = EINVAL;
		return NULL;
	}
	server = calloc(1, sizeof(*server));
	if (!server)
		return NULL;
	server->answer = answer;
	server->context = context;
	server->daemon = MHD_start_daemon(
		flags, port, NULL, NULL, handle, server, MHD_OPTION_SOCK_ADDR, socket_address,
		MHD_OPTION_CONNECTION_LIMIT, 16u, MHD_OPTION_CONNECTION_TIMEOUT, 10u, MHD_OPTION_END);
	if (!server->daemon) {
		int error = errno;

		free(server);
		errno = error;
		return NULL;
	}
	return server;
}

uint16_t cmicrohttpd_port(const struct cmicrohttpd *server)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);

	return info ? info->port : 0;
}

void cmicrohttpd_stop(struct cmicrohttpd *server)
{
	MHD_stop_daemon(server->daemon);
	free(server);
}
