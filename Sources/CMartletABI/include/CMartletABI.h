/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The layouts that probes write and the sensor reads. clang compiles these headers for both sides, so a layout, a
 * constant and an offset exist once.
 *
 * A record is one fixed part, integers first, followed by a tail of bytes. Text is a slice of the tail. Every record
 * begins with a martlet_record_header. Recordings carry MARTLET_ABI_VERSION: any change of a layout bumps it.
 */
#ifndef MARTLET_ABI_H
#define MARTLET_ABI_H

#define MARTLET_ABI_VERSION 1

#include "records/header.h"
#include "records/file.h"
#include "records/process.h"
#include "records/exec.h"
#include "records/fork.h"
#include "records/exit.h"
#include "records/open.h"
#include "records/credentials.h"
#include "records/signal.h"
#include "records/chdir.h"
#include "records/change.h"
#include "records/splice.h"
#include "records/mount.h"
#include "records/mmap.h"
#include "records/mprotect.h"
#include "records/ptrace.h"
#include "records/bpf.h"
#include "records/module.h"
#include "records/selinux.h"
#include "records/bind.h"
#include "records/connection.h"
#include "records/packet.h"
#include "records/prctl.h"
#include "records/setsockopt.h"
#include "records/setrlimit.h"
#include "records/sysctl.h"
#include "records/cgroup_write.h"
#include "records/syscalls.h"
#include "records/session.h"
#include "records/ledger.h"
#include "records/filter.h"
#include "records/handlers.h"
#include "records/control.h"
#include "records/request.h"

#endif
