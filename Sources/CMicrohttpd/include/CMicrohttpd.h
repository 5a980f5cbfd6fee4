/* A small HTTP server: GET alone, on loopback. */
#ifndef CMICROHTTPD_H
#define CMICROHTTPD_H

#include <stddef.h>
#include <stdint.h>

struct cmicrohttpd;

/*
 * Makes the answer to a request for `path`: stores text that malloc gave and its size, and the content's type, a constant.
 * Returns the status. Called from the server's thread.
 */
typedef unsigned (*cmicrohttpd_answer)(void *context, const char *path, char **text, size_t *size, const char **type);

/* Serves 127.0.0.1 or another numeric address, IPv4 or IPv6, at a port. Null with errno where that cannot be had. */
struct cmicrohttpd *cmicrohttpd_start(const char *address, uint16_t port, cmicrohttpd_answer answer, void *context);

/* The port that is served: of use where it was 0. */
uint16_t cmicrohttpd_port(const struct cmicrohttpd *server);

void cmicrohttpd_stop(struct cmicrohttpd *server);

#endif
