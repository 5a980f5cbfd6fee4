"""Programs that can watch a command: ours, and others that a distribution offers for comparison."""

import shutil
from dataclasses import dataclass
from typing import Callable

import workloads

# What the goals are about: the life of processes and opens, and no rules.
PROCESSES = "fork,exec,exit,open,setuid,setgid,capset,signal,chdir"
# All that a rule can ask for but `syscalls`, which counts every call.
EVERYTHING = (
    PROCESSES + ",mkdir,rmdir,link,rename,unlink,chmod,chown,utimes,setxattr,removexattr,splice,mount,umount,mmap,"
    "mprotect,ptrace,bpf,load_module,unload_module,selinux,bind,connect,accept,dns,imds,prctl,setsockopt,sysctl,cgroup_write,"
    "setrlimit")
SETS = {"processes and opens": PROCESSES, "all types of events": EVERYTHING}

# Opens and execs of the command and of its descendants, one line each: what of a Martlet event bpftrace can tell cheaply.
BPFTRACE = """
BEGIN { @watched[cpid] = 1; }
tracepoint:sched:sched_process_fork /@watched[pid]/ { @watched[args->child_pid] = 1; }
tracepoint:sched:sched_process_exec /@watched[pid]/ { printf("%d exec %s\\n", pid, str(args->filename)); }
tracepoint:sched:sched_process_exit /@watched[pid] && tid == pid/ { delete(@watched[pid]); }
tracepoint:syscalls:sys_enter_openat /@watched[pid]/ { printf("%d open %x %s\\n", pid, args->flags, str(args->filename)); }
END { clear(@watched); }
"""

# Tracepoints by name need tracefs; it is mounted where nobody else sees it.
WITH_TRACEFS = [
    "unshare", "--mount", "sh", "-c",
    'test -e /sys/kernel/tracing/events || mount -t tracefs tracefs /sys/kernel/tracing && exec "$@"', "sh",
]


@dataclass
class Tracer:
    name: str
    program: str
    wrap: Callable[[list], list]


def martlet(path, output="/dev/null", events=PROCESSES):
    prefix = [
        str(path), "trace", "--no-policy", "--events", events, "--format", "json", "--output", str(output), "--"]
    return Tracer("martlet trace", str(path), lambda command: prefix + command)


def peers():
    strace = ["strace", "-f", "-e", "trace=openat,execve", "-o", "/dev/null"]
    perf = [*WITH_TRACEFS, "perf", "trace", "-e", "openat,execve", "-o", "/dev/null", "--"]
    bpftrace = [*WITH_TRACEFS, "bpftrace", "-o", "/dev/null", "-e", BPFTRACE, "-c"]
    return [
        Tracer("bpftrace", "bpftrace", lambda command: [*bpftrace, " ".join(command)]),
        Tracer("strace --seccomp-bpf", "strace", lambda command: [*strace, "--seccomp-bpf", *command]),
        Tracer("perf trace", "perf", lambda command: perf + command),
        Tracer("strace", "strace", lambda command: strace + command),
    ]


def lack(tracer, command):
    """Why a tracer cannot watch `command` here, or None."""
    if not shutil.which(tracer.program):
        return "not installed"
    try:
        workloads.run(tracer.wrap(command))
    except RuntimeError as error:
        return str(error).splitlines()[0]
    return None
