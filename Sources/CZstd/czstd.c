#include "CZstd.h"

unsigned long long czstd_content_size(const void *frame, size_t size, int *known)
{
	unsigned long long content = ZSTD_getFrameContentSize(frame, size);

	*known = content != ZSTD_CONTENTSIZE_UNKNOWN && content != ZSTD_CONTENTSIZE_ERROR;
	return *known ? content : 0;
}
