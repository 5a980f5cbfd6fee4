"""What the figures are taken on, and as whose child."""

import os
import platform
import subprocess
import sys
from pathlib import Path


def first(path, key):
    """The value of `key` in a file of `key: value` lines."""
    for line in Path(path).read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == key:
            return value.strip()
    return "unknown"


def load():
    return " ".join(Path("/proc/loadavg").read_text().split()[:3])


def idle_seconds():
    """For how long all processors had nothing to do, waiting for a disk included, in sum since the start."""
    words = Path("/proc/stat").read_text().split()
    return sum(map(int, words[4:6])) / os.sysconf("SC_CLK_TCK")


def facts(martlet, folder):
    version = subprocess.run([martlet, "--version"], capture_output=True, text=True).stdout.strip()
    system = subprocess.run(
        ["findmnt", "-n", "-o", "FSTYPE", "-T", folder], capture_output=True, text=True).stdout.strip()
    virtual = " (virtual)" if "hypervisor" in first("/proc/cpuinfo", "flags") else ""
    return {
        "processor": f"{os.cpu_count()} x {first('/proc/cpuinfo', 'model name')}{virtual}",
        "memory": f"{int(first('/proc/meminfo', 'MemTotal').split()[0]) >> 20} GiB",
        "kernel": f"{platform.release()} {platform.machine()}",
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", "unknown"),
        "files are on": system or "unknown",
        "executable": f"{version}, {os.path.getsize(martlet) / 1e6:.1f} MB",
        "load average at the start": load(),
    }


def detached(body):
    """Runs `body` in a process whose parent is init, and gives its exit status.

    Every event tells the ancestors of its process. Those of the caller, a long shell or a short one, would decide how
    long an event is.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        if os.fork():
            os._exit(0)
        status = 1
        try:
            status = body()
        except Exception as error:
            print(f"cannot measure: {error}", file=sys.stderr)
        finally:
            sys.stdout.flush()
            os.write(writing, bytes([status]))
            os._exit(status)
    os.close(writing)
    os.waitpid(child, 0)
    answer = os.read(reading, 1)
    return answer[0] if answer else 1
