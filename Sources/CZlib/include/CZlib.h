/* zlib's checksums and its compression, linked statically. */
#ifndef CZLIB_H
#define CZLIB_H

#include <zlib.h>

#endif
