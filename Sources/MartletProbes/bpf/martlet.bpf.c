/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The object that the sensor loads: every probe, over one set of maps. A probe is a header named after its event.
 */
#include "fork.h"
#include "exec.h"
#include "exit.h"
#include "syscalls.h"
#include "io_uring.h"
#include "open.h"
#include "credentials.h"
#include "signal.h"
#include "chdir.h"
#include "change.h"
#include "splice.h"
#include "mount.h"
#include "umount.h"
#include "unshare.h"
#include "mmap.h"
#include "mprotect.h"
#include "ptrace.h"
#include "bpf.h"
#include "module.h"
#include "selinux.h"
#include "bind.h"
#include "connection.h"
#include "socketcall.h"
#include "packet.h"


char LICENSE[] SEC("license") = "Dual BSD/GPL";
