"""What the agent itself costs, whether it keeps up, and how soon it sees something."""

import json
import os
import re
import subprocess
import time
from datetime import datetime
from itertools import product
from pathlib import Path
from statistics import median

import tracers
import workloads

# Opens of a run. To a file they are less: each makes some 20 KB.
OPENS = {"/dev/null": 1_000_000, "a file": 200_000}
REPEATS = 5
STARTS = 11


def lost_in(summary):
    """Events that the agent's last line tells as lost."""
    return sum(int(count) for count in re.findall(r"(\d+) \w+ lost \(", summary))


def agent_cpu(command):
    """(CPU seconds of the agent, rounds, events lost) of one traced loop.

    wait4(2) gives the CPU time of the agent and of all that it waited for; the loop tells its own, which is taken off.
    """
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    output, summary = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the traced loop failed: {summary}")
    [(rounds, loop, _)] = workloads.results(output)
    return usage.ru_utime + usage.ru_stime - loop, rounds, lost_in(summary)


def bare_write(path, size):
    """CPU seconds of a loop of write(2) that puts `size` bytes into a new file, a MiB at a time."""
    piece = bytes(1 << 20)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    before = os.times()
    for _ in range(max(1, size >> 20)):
        os.write(descriptor, piece)
    after = os.times()
    os.close(descriptor)
    os.unlink(path)
    return after.user + after.system - before.user - before.system


def cost(report, programs, martlet):
    report.heading(
        "Agent",
        f"user and system time of the agent for {OPENS['/dev/null']:,} opens ({OPENS['a file']:,} to a file), less that of a run "
        f"without any, by open: median of {REPEATS}")
    file = programs.folder / "events.jsonl"
    outputs = {"/dev/null": (Path("/dev/null"), 2), "a file": (file, 5)}
    costs = {name: [] for name in outputs}
    losses = dict.fromkeys(outputs, 0)
    starts, bare, size = [], [], 0
    for _ in range(REPEATS):
        for name, (output, _) in outputs.items():
            wrap = tracers.martlet(martlet, output).wrap
            start, _, _ = agent_cpu(wrap(programs.command("open", 0)))
            full, rounds, lost = agent_cpu(wrap(programs.command("open", OPENS[name])))
            starts.append(start)
            costs[name].append((full - start) / (rounds - lost) * 1e6)
            losses[name] += lost
            if file.exists():
                size = file.stat().st_size // (rounds - lost)
                file.unlink()
                bare.append(bare_write(file, size * OPENS[name]) / OPENS[name] * 1e6)
    for name, values in costs.items():
        report.row(
            f"an open, JSON to {name}", median(values), "us", f"({min(values):.2f} to {max(values):.2f})", outputs[name][1])
    report.row("the same bytes to a file, written by a bare loop", median(bare), "us", f"({min(bare):.2f} to {max(bare):.2f})")
    for name, count in losses.items():
        report.row(f"lost of {REPEATS * OPENS[name]:,}, JSON to {name}", count, "", goal=0)
    report.row("bytes an event", size, "")
    report.row("a run without opens", median(starts) * 1e3, "ms", f"({min(starts) * 1e3:.0f} to {max(starts) * 1e3:.0f})")


def resident(pid):
    """Resident memory in MiB, or None when the process is gone."""
    try:
        found = re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    except OSError:
        return None
    return int(found[1]) / 1024 if found else None


def loss(report, programs, martlet, seconds):
    processors = sorted(os.sched_getaffinity(0))
    report.heading(
        "Loss", f"one loop on each of {len(processors)} processors for {seconds} s, JSON to /dev/null, default buffer")
    for events, kind in product(tracers.SETS, ["open", "exec", "getpid"]):
        loop = " ".join(programs.command(kind, f"{seconds}s"))
        script = " ".join(f"taskset -c {processor} {loop} &" for processor in processors) + " wait"
        process = subprocess.Popen(
            tracers.martlet(martlet, events=tracers.SETS[events]).wrap(["sh", "-c", script]),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        memory = None
        while process.poll() is None:
            memory = resident(process.pid) or memory
            time.sleep(0.2)
        output, summary = process.communicate()
        loops = workloads.results(output)
        rounds = sum(result[0] for result in loops)
        if process.returncode or len(loops) != len(processors):
            raise RuntimeError(f"the {kind} loops failed: {summary}")
        lost = lost_in(summary)
        report.note(f"{kind}, watched for {events}: {rounds / seconds:,.0f} rounds/s")
        report.row("lost", lost, "", goal=0)
        if kind != "getpid":
            seen = int(re.search(rf"(\d+) {kind}\b", summary)[1])
            report.row("rounds without an event", max(0, rounds - seen), "", goal=0)
        report.row("agent's memory at the end", memory or 0.0, "MiB", goal=64)


def start(report, programs, martlet):
    report.heading("Start", f"from the fork of the agent to its first event: median of {STARTS}")
    happened, written = [], []
    for _ in range(STARTS):
        begin = time.time()
        process = subprocess.Popen(
            tracers.martlet(martlet, "/dev/stdout").wrap([str(programs.nothing)]),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        byte = process.stdout.read(1)
        written.append((time.time() - begin) * 1e3)
        line = byte + process.stdout.readline()
        process.communicate()
        date = datetime.fromisoformat(re.sub(r"(\.\d{6})\d*Z$", r"\1+00:00", json.loads(line)["date"]))
        happened.append((date.timestamp() - begin) * 1e3)
    for name, values, goal in [("the event happened", happened, None), ("its first byte was read", written, 300)]:
        report.row(name, median(values), "ms", f"({min(values):.0f} to {max(values):.0f})", goal)
