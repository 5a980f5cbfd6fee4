/* RE2's search, through a door that C can open. */
#ifndef CRE2_H
#define CRE2_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct cre2;

/*
 * Compiles the pattern. NULL if it is no regular expression or needs more than `memory` bytes; then the reason is in
 * `error`, cut to `error_size` bytes with the final NUL.
 */
struct cre2 *cre2_compile(const char *pattern, size_t size, size_t memory, char *error, size_t error_size);
/* Whether the text has a match anywhere. Any number of threads may ask at once. */
int cre2_search(const struct cre2 *expression, const char *text, size_t size);
void cre2_free(struct cre2 *expression);

#ifdef __cplusplus
}
#endif

#endif
