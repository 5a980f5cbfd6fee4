"""A `martlet run` that watches a cgroup of ours, and what it says of itself."""

import json
import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path


class Cgroup:
    """A cgroup of version 2, which goes away with all that runs in it."""

    def __init__(self, name, parent=None):
        self.path = Path(parent.path if parent else self.root()) / (name if parent else f"{name}-{os.getpid()}")
        self.path.mkdir()
        self.children = []
        if parent:
            parent.children.append(self)

    @staticmethod
    def root():
        for line in Path("/proc/self/mounts").read_text().splitlines():
            fields = line.split()
            if fields[2] == "cgroup2":
                return fields[1]
        return None

    def inside(self, command):
        """A command that does the same in it."""
        return ["sh", "-c", f'echo $$ > {self.path}/cgroup.procs && exec "$@"', "sh", *map(str, command)]

    def start(self, command):
        return subprocess.Popen(
            self.inside(command), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def close(self):
        (self.path / "cgroup.kill").write_text("1")
        for child in self.children:
            child.remove()
        self.remove()

    def remove(self):
        for _ in range(1000):
            try:
                return self.path.rmdir()
            except OSError:
                time.sleep(0.01)


class Agent:
    """It watches until the block ends. `size` is the most bytes of its file of events."""

    def __init__(self, martlet, cgroup, folder, *options):
        self.socket = folder / "control.sock"
        self.errors = folder / "errors"
        command = [
            martlet, "run", "--cgroup", cgroup.path, "--events-file", folder / "events.jsonl", "--set",
            f"control.path={self.socket}", "--set", "file.max_size=64MiB", "--set", "file.keep=1", *options]
        with open(self.errors, "w") as errors:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors)
        end = time.monotonic() + 60
        while "martlet: watching " not in self.said():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"the agent does not watch: {self.said()}")
            time.sleep(0.01)

    def said(self):
        return self.errors.read_text()

    def status(self, cgroups=1024):
        """What `martlet status --json` says, without a process that would have to be started for it."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self.socket))
            connection.sendall(json.dumps({"request": "status", "cgroups": cgroups}).encode() + b"\n")
            text = b""
            while not text.endswith(b"\n"):
                piece = connection.recv(1 << 16)
                if not piece:
                    raise RuntimeError("the agent hung up")
                text += piece
        return json.loads(text)["result"]

    def settled(self):
        """How it is once all that happened has arrived."""
        for _ in range(600):
            status = self.status()
            if not any(row["missing"] for row in status["events"]):
                break
            time.sleep(0.1)
        return status

    def end(self):
        """Its last line."""
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(60):
            raise RuntimeError(f"the agent ended with {self.process.returncode}: {self.said()}")
        return re.findall(r"^martlet: .*$", self.said(), re.MULTILINE)[-1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Readings:
    """What the agent said of itself, every few seconds."""

    def __init__(self, agent):
        self.agent = agent
        self.memory = []
        self.negative = 0
        self.unlike = 0

    def take(self):
        status = self.agent.status()
        self.memory.append(status["usage"]["memory"] / (1 << 20))
        self.negative += sum(1 for row in status["events"] + status["cgroups"] if row["missing"] < 0)
        # What is in one and not yet in the other is what happened while it read them.
        by_type, by_cgroup = (sum(row["seen"] for row in status[part]) for part in ["events", "cgroups"])
        if abs(by_type - by_cgroup) > by_type / 100 + 10_000:
            self.unlike += 1
        return status

    def watch(self, seconds, every=5):
        end = time.monotonic() + seconds
        while (rest := end - time.monotonic()) > 0:
            time.sleep(min(every, rest))
            self.take()

    def growth(self):
        """MiB by which memory is larger in the last third than in the second, by medians."""
        third = max(1, len(self.memory) // 3)
        middle = lambda values: sorted(values)[len(values) // 2]
        return middle(self.memory[-third:]) - middle(self.memory[-2 * third : -third] or self.memory[-third:])
