#include "CRE2.h"

#include <re2/re2.h>

#include <cstdio>
#include <new>

struct cre2 {
	RE2 expression;

	cre2(re2::StringPiece pattern, const RE2::Options &options) : expression(pattern, options) {}
};

struct cre2 *cre2_compile(const char *pattern, size_t size, size_t memory, char *error, size_t error_size)
{
	RE2::Options options;

	options.set_log_errors(false);
	options.set_max_mem(static_cast<int64_t>(memory));
	struct cre2 *compiled = new (std::nothrow) cre2(re2::StringPiece(pattern, size), options);
	if (!compiled) {
		snprintf(error, error_size, "out of memory");
		return nullptr;
	}
	if (!compiled->expression.ok()) {
		snprintf(error, error_size, "%.80s", compiled->expression.error().c_str());
		delete compiled;
		return nullptr;
	}
	return compiled;
}

int cre2_search(const struct cre2 *expression, const char *text, size_t size)
{
	re2::StringPiece piece(text, size);

	return expression->expression.Match(piece, 0, size, RE2::UNANCHORED, nullptr, 0);
}

void cre2_free(struct cre2 *expression)
{
	delete expression;
}
