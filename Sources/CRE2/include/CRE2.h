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

/* Expressions that are searched for together. */
struct cre2_set;

/* An empty set that may take `memory` bytes; NULL if there are none. Each of the functions below takes a NULL. */
struct cre2_set *cre2_set_create(size_t memory);
/* Adds a pattern, whose number is how many were added before. 0 if it is no regular expression. */
int cre2_set_add(struct cre2_set *set, const char *pattern, size_t size);
/* Ends the adding. 0 if the set needs more memory than it may take. */
int cre2_set_compile(struct cre2_set *set);
/*
 * The numbers of the expressions that the text has a match of, `count` of them, until the thread's next search. Any
 * number of threads may ask at once. A `count` of SIZE_MAX says that the search ran out of memory: any may match.
 */
const int *cre2_set_search(const struct cre2_set *set, const char *text, size_t size, size_t *count);
void cre2_set_free(struct cre2_set *set);

#ifdef __cplusplus
}
#endif

#endif
