/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* setuid, setgid, capset: a thread committed other credentials. The header holds the new ones. */
#ifndef MARTLET_RECORD_CREDENTIALS_H
#define MARTLET_RECORD_CREDENTIALS_H

#include "header.h"

struct martlet_credentials_record {
	struct martlet_record_header header;
};

#endif
