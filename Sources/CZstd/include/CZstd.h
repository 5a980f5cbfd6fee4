/* zstd's simple interface, linked statically. */
#ifndef CZSTD_H
#define CZSTD_H

#include <zstd.h>

/* ZSTD_CONTENTSIZE_UNKNOWN and _ERROR are casts that Swift does not see. */
unsigned long long czstd_content_size(const void *frame, size_t size, int *known);

#endif
