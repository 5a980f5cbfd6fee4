/* What we ask of libcurl: to post, and to hold a connection that may be encrypted. Its functions are variadic. */
#ifndef CCURL_H
#define CCURL_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where to, and how to be sure that it is there. A null pointer leaves libcurl's default. */
struct ccurl_target {
	const char *url;
	const char *unix_socket;
	const char *ca_file;
	const char *client_certificate;
	const char *client_key;
	const char *user;
	const char *password;
	const char *proxy;
	bool verify;
	long timeout_ms;
	const int *stop; /* once it is not zero, what is under way ends */
};

struct ccurl_answer {
	long status;
	int64_t retry_after;   /* seconds, 0 if the answer says none */
	char *text;            /* where the beginning of its content is to go */
	size_t room;
	size_t text_size;
	char error[CURL_ERROR_SIZE];
};

/* A handle for one target; null when there is no memory or libcurl refuses a setting. */
CURL *ccurl_open(const struct ccurl_target *target);

/* Posts a body. Returns libcurl's code; anything but CURLE_OK is told in answer->error too. */
CURLcode ccurl_post(CURL *curl, const char *url, struct curl_slist *headers, const void *body, size_t size,
		    struct ccurl_answer *answer);

/* Gets what stands at the target. */
CURLcode ccurl_get(CURL *curl, struct ccurl_answer *answer);

struct ccurl_error {
	char text[CURL_ERROR_SIZE];
};

/* Connects, with TLS when the URL is https, and sends nothing. */
CURLcode ccurl_connect(CURL *curl, struct ccurl_error *error);

/* The connection's descriptor, or -1. */
int ccurl_descriptor(CURL *curl);

/* Bytes that the other side has not acknowledged yet; -1 where the kernel does not tell. */
int ccurl_unacknowledged(int descriptor);

#endif
