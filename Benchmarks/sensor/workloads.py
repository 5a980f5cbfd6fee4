"""The workloads: compiled here, run bare or under a tracer."""

import os
import re
import subprocess
from pathlib import Path

SOURCE = Path(__file__).parent
RESULT = re.compile(r"^(\d+) (\d+) (\d+)$", re.MULTILINE)


class Workloads:
    """The programs, in a folder of their own.

    Attributes:
      open_path: what the open loop opens, as a path from the file system's root.
    """

    def __init__(self, folder):
        self.folder = folder
        self.nothing = folder / "nothing"
        self.loop = folder / "workload"
        self.floor = folder / "floor"
        # Four components below the root, whatever the temporary folder is.
        depth = 3 - len(folder.parts[1:])
        parent = folder.joinpath(*"abc"[: max(0, depth)])
        parent.mkdir(parents=True, exist_ok=True)
        self.open_path = parent / "file"
        self.open_path.touch()
        compiler = [os.environ.get("CC", "cc"), "-O2", "-Wall", "-Wextra", "-Werror"]
        subprocess.run([*compiler, "-o", self.loop, SOURCE / "workload.c"], check=True)
        subprocess.run([*compiler, "-o", self.floor, SOURCE / "floor.c"], check=True)
        subprocess.run([*compiler, "-static", "-o", self.nothing, SOURCE / "nothing.c"], check=True)

    def command(self, kind, amount):
        """The command of a loop: `amount` is a count of rounds, or a duration such as `60s`."""
        return [str(self.loop), kind, str(amount), str(self.nothing if kind == "exec" else self.open_path)]


def results(output):
    """(rounds, CPU seconds, wall seconds) of each loop that wrote to `output`."""
    return [(int(n), int(cpu) / 1e9, int(wall) / 1e9) for n, cpu, wall in RESULT.findall(output)]


def run(command):
    """Runs a command that has one loop in it, and gives the loop's result."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    found = results(done.stdout)
    if done.returncode or len(found) != 1:
        raise RuntimeError(f"{command[0]} exited with {done.returncode}: {done.stderr.strip() or 'no result'}")
    return found[0]
