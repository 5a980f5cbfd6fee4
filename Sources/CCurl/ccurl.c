#include "CCurl.h"

#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>

static size_t keep_beginning(char *bytes, size_t size, size_t count, void *context)
{
	struct ccurl_answer *answer = context;
	size_t room = answer->room - answer->text_size;
	size_t kept = size * count < room ? size * count : room;

	memcpy(answer->text + answer->text_size, bytes, kept);
	answer->text_size += kept;
	return size * count;
}

static int ask_to_go_on(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const int *stop = context;

	(void)a, (void)b, (void)c, (void)d;
	return __atomic_load_n(stop, __ATOMIC_RELAXED) != 0;
}

CURL *ccurl_open(const struct ccurl_target *target)
{
	CURL *curl = curl_easy_init();
	CURLcode code = CURLE_OK;

	if (!curl)
		return NULL;
#define SET(option, value) (code = code ? code : curl_easy_setopt(curl, option, value))
#define SET_TEXT(option, text) ((text) ? SET(option, text) : code)
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_URL, target->url);
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_CONNECTTIMEOUT_MS, target->timeout_ms);
	SET(CURLOPT_TIMEOUT_MS, target->timeout_ms);
	SET(CURLOPT_TCP_KEEPALIVE, 1L);
	SET(CURLOPT_SSL_VERIFYPEER, target->verify ? 1L : 0L);
	SET(CURLOPT_SSL_VERIFYHOST, target->verify ? 2L : 0L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET_TEXT(CURLOPT_UNIX_SOCKET_PATH, target->unix_socket);
	SET_TEXT(CURLOPT_CAINFO, target->ca_file);
	SET_TEXT(CURLOPT_SSLCERT, target->client_certificate);
	SET_TEXT(CURLOPT_SSLKEY, target->client_key);
	SET_TEXT(CURLOPT_USERNAME, target->user);
	SET_TEXT(CURLOPT_PASSWORD, target->password);
	SET_TEXT(CURLOPT_PROXY, target->proxy);
	if (target->stop) {
		SET(CURLOPT_NOPROGRESS, 0L);
		SET(CURLOPT_XFERINFOFUNCTION, ask_to_go_on);
		SET(CURLOPT_XFERINFODATA, (void *)target->stop);
	}
	SET(CURLOPT_WRITEFUNCTION, keep_beginning);
#undef SET_TEXT
#undef SET
	if (code) {
		curl_easy_cleanup(curl);
		return NULL;
	}
	return curl;
}

static CURLcode perform(CURL *curl, struct ccurl_answer *answer)
{
	curl_off_t retry_after = 0;
	CURLcode code;

	answer->text_size = 0;
	memset(answer->error, 0, sizeof(answer->error));
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, answer->error);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
	code = curl_easy_perform(curl);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
	curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after);
	answer->retry_after = retry_after;
	if (code && !answer->error[0])
		strncpy(answer->error, curl_easy_strerror(code), sizeof(answer->error) - 1);
	return code;
}

CURLcode ccurl_post(CURL *curl, const char *url, struct curl_slist *headers, const void *body, size_t size,
		    struct ccurl_answer *answer)
{
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_POST, 1L);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	return perform(curl, answer);
}

CURLcode ccurl_get(CURL *curl, struct ccurl_answer *answer)
{
	return perform(curl, answer);
}

CURLcode ccurl_connect(CURL *curl, struct ccurl_error *error)
{
	CURLcode code;

	memset(error, 0, sizeof(*error));
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error->text);
	curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_ENABLE_ALPN, 0L); /* it is not HTTP that follows */
	code = curl_easy_perform(curl);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
	if (code && !error->text[0])
		strncpy(error->text, curl_easy_strerror(code), sizeof(error->text) - 1);
	return code;
}

int ccurl_descriptor(CURL *curl)
{
	curl_socket_t descriptor = CURL_SOCKET_BAD;

	if (curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &descriptor) != CURLE_OK)
		return -1;
	return descriptor == CURL_SOCKET_BAD ? -1 : (int)descriptor;
}

int ccurl_unacknowledged(int descriptor)
{
	int count = 0;

	return ioctl(descriptor, SIOCOUTQ, &count) == 0 ? count : -1;
}
