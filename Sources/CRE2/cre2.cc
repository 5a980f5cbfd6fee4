#include "CRE2.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <cstdint>
#include <cstdio>
#include <new>
#include <vector>

static RE2::Options options_within(size_t memory)
{
	RE2::Options options;

	options.set_log_errors(false);
	options.set_max_mem(static_cast<int64_t>(memory));
	return options;
}

struct cre2 {
	RE2 expression;

	cre2(re2::StringPiece pattern, const RE2::Options &options) : expression(pattern, options) {}
};

struct cre2 *cre2_compile(const char *pattern, size_t size, size_t memory, char *error, size_t error_size)
{
	struct cre2 *compiled = new (std::nothrow) cre2(re2::StringPiece(pattern, size), options_within(memory));

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

struct cre2_set {
	RE2::Set expressions;

	explicit cre2_set(size_t memory) : expressions(options_within(memory), RE2::UNANCHORED) {}
};

struct cre2_set *cre2_set_create(size_t memory)
{
	return new (std::nothrow) cre2_set(memory);
}

int cre2_set_add(struct cre2_set *set, const char *pattern, size_t size)
{
	return set && set->expressions.Add(re2::StringPiece(pattern, size), nullptr) >= 0;
}

int cre2_set_compile(struct cre2_set *set)
{
	return set && set->expressions.Compile();
}

const int *cre2_set_search(const struct cre2_set *set, const char *text, size_t size, size_t *count)
{
	static thread_local std::vector<int> found;
	re2::StringPiece piece(text, size);
	RE2::Set::ErrorInfo error = {RE2::Set::kNoError};

	*count = SIZE_MAX;
	if (!set)
		return nullptr;
	/* A search that need not say which allocates nothing, and most texts match none. */
	if (!set->expressions.Match(piece, nullptr, &error)) {
		if (error.kind == RE2::Set::kNoError)
			*count = 0;
		return nullptr;
	}
	if (!set->expressions.Match(piece, &found, &error))
		return nullptr;
	*count = found.size();
	return found.data();
}

void cre2_set_free(struct cre2_set *set)
{
	delete set;
}
