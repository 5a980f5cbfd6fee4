/* nettle's digests, linked statically. One pass over a file makes all three. */
#ifndef CNETTLE_H
#define CNETTLE_H

#include <nettle/md5.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <stddef.h>

struct cnettle_digests {
	struct sha1_ctx sha1;
	struct sha256_ctx sha256;
	struct md5_ctx md5;
};

static inline void cnettle_start(struct cnettle_digests *digests)
{
	sha1_init(&digests->sha1);
	sha256_init(&digests->sha256);
	md5_init(&digests->md5);
}

static inline void cnettle_add(struct cnettle_digests *digests, const void *bytes, size_t size)
{
	sha1_update(&digests->sha1, size, bytes);
	sha256_update(&digests->sha256, size, bytes);
	md5_update(&digests->md5, size, bytes);
}

/* What the three came to. `digests` starts anew. */
static inline void cnettle_finish(struct cnettle_digests *digests, uint8_t sha1[SHA1_DIGEST_SIZE],
				  uint8_t sha256[SHA256_DIGEST_SIZE], uint8_t md5[MD5_DIGEST_SIZE])
{
	sha1_digest(&digests->sha1, SHA1_DIGEST_SIZE, sha1);
	sha256_digest(&digests->sha256, SHA256_DIGEST_SIZE, sha256);
	md5_digest(&digests->md5, MD5_DIGEST_SIZE, md5);
}

#endif
