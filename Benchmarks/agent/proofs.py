"""What is promised of an agent on a busy host and on a quiet one, each with the figures that tell whether it holds."""

import os
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import machine
from agent_run import Agent, Cgroup, Readings
from report import Report

# Delivered events a second below which none may be lost.
FULL_RATE = 100_000

# Of those who act at full speed, a processor: each waits most of the time, for children, the disk or a second to pass.
PLAYERS = 32


@dataclass
class Stage:
    report: Report
    folder: Path
    martlet: Path
    actor: Path
    seconds: int
    options: object


def count(rows, name):
    return sum(row[name] for row in rows)


def delivered(status):
    return count(status["events"], "seen") - count(status["events"], "filtered_in_kernel")


def judge_ledger(report, readings, end):
    report.row(f"rows of {len(readings.memory)} readings with more than was seen", readings.negative, "", goal=0)
    report.row("readings whose types and cgroups disagree", readings.unlike, "", goal=0)
    report.row("missing at the end", sum(abs(row["missing"]) for row in end["events"]), "", goal=0)


def full_speed(stage):
    """All families at once, as fast as both cores can."""
    report, scope = stage.report, Cgroup("martlet-proof")
    players = PLAYERS * (os.cpu_count() or 1) // 2  # each `stress` is two
    report.heading("Full speed", f"all families, from {PLAYERS} players a processor, for {stage.seconds} s; own rules")
    try:
        with Agent(stage.martlet, scope, stage.folder) as agent:
            begin, idle, readings, running = time.monotonic(), machine.idle_seconds(), Readings(agent), []
            for player in range(players):
                directory = stage.folder / f"stage-{player}"
                directory.mkdir(exist_ok=True)
                directory.chmod(0o777)
                running.append(scope.start([stage.actor, "stress", stage.seconds, player + 1, directory]))
            readings.watch(stage.seconds)
            for process in running:
                process.wait(120)
            elapsed = time.monotonic() - begin
            idle = (machine.idle_seconds() - idle) / elapsed / (os.cpu_count() or 1)
            end = agent.settled()
            lost, rate = count(end["events"], "lost"), delivered(end) / elapsed
            judge_ledger(report, readings, end)
            report.row("processors that had nothing to do", 100 * idle, "%", goal=10)
            report.row("types that were seen", sum(1 for row in end["events"] if row["seen"]), "")
            report.row("seen", count(end["events"], "seen") / elapsed, "a second")
            report.row("delivered", rate, "a second")
            report.row("lost", lost, "", goal=0 if rate < FULL_RATE else None)
            report.row("lines that the file has not", end["file"]["lost"], "", goal=0)
            report.row("memory at most", end["usage"]["peak_memory"] / (1 << 20), "MiB", goal=128)
            report.row("memory, last third less second third", readings.growth(), "MiB", goal=4)
            report.note(agent.end())
    finally:
        scope.close()


def flood(stage):
    """One cgroup does ten times and more what the other does."""
    report, scope = stage.report, Cgroup("martlet-proof")
    report.heading("Flood", f"a cgroup that opens files without end beside one that acts steadily, for {stage.seconds} s")
    flooded, acting = Cgroup("flooded", scope), Cgroup("acting", scope)
    target = stage.folder / "opened"
    target.touch()
    loop = [stage.actor, "open-much", stage.folder, 1 << 40]
    for name in "ab":
        for number in range(100):
            (stage.folder / f"{name}{number}").touch()
    try:
        with Agent(stage.martlet, scope, stage.folder, "--events", "exec,open,exit") as agent:
            readings = Readings(agent)
            for _ in range(2):
                flooded.start(loop)
            acting.start(["sh", "-c", f"while :; do /bin/cat {target}; sleep 0.01; done"])
            readings.watch(stage.seconds)
            for cgroup in flooded, acting:
                (cgroup.path / "cgroup.kill").write_text("1")
            end = agent.settled()
            rows = {row["path"].rsplit("/", 1)[-1]: row for row in end["cgroups"]}
            judge_ledger(report, readings, end)
            report.row("the flood, seen", rows["flooded"]["seen"] / stage.seconds, "a second")
            report.row("the other, seen", rows["acting"]["seen"] / stage.seconds, "a second")
            report.row("a tenth of the flood for each of the other's", rows["acting"]["seen"] * 10 / rows["flooded"]["seen"], "", goal=1)
            report.row("lost by the flood", rows["flooded"]["lost"], "")
            report.row("lost by the other", rows["acting"]["lost"], "", goal=0)
            report.row("lines that the file has not", end["file"]["lost"], "")
            report.row("memory at most", end["usage"]["peak_memory"] / (1 << 20), "MiB", goal=128)
            agent.end()
    finally:
        scope.close()


QUIET = """
while :; do
  date > "$1/now"; ls -l /etc > "$1/list"; cat /etc/passwd /proc/loadavg > /dev/null
  chmod 600 "$1/now"; mv "$1/list" "$1/old"; sleep 2
done
"""


def quiet(stage):
    """A host on which a little goes on."""
    report, scope = stage.report, Cgroup("martlet-proof")
    report.heading("Quiet", f"a few programs every two seconds, for {stage.seconds} s; own rules")
    try:
        with Agent(stage.martlet, scope, stage.folder) as agent:
            scope.start(["sh", "-c", QUIET, "sh", stage.folder])
            readings = Readings(agent)
            time.sleep(2)
            before, begin = readings.take(), time.monotonic()
            readings.watch(stage.seconds, every=20)
            after, elapsed = readings.take(), time.monotonic() - begin
            spent = {
                name: (after["usage"][f"{name}_ns"] - before["usage"][f"{name}_ns"]) / elapsed / 1e7
                for name in ["agent", "probe"]}
            seen = count(after["events"], "seen") - count(before["events"], "seen")
            report.row("seen", seen / elapsed, "a second")
            report.row("agent and probes, of one processor", sum(spent.values()), "%", f"probes {spent['probe']:.3f}", 1)
            report.row("memory", max(readings.memory), "MiB", goal=64)
            report.row("lost", count(after["events"], "lost"), "", goal=0)
            agent.end()
    finally:
        scope.close()


# What is done to an agent (Tests/actor/tamper.c), and put right by it.
TAMPERING = [
    ("a limit of its process lowered", ["tamper-limit", "20"]),
    ("a map written to", ["tamper-write", ".data.watch"]),
    ("programs taken from a map", ["tamper-keys", "exit_programs"]),
]


def tampering(stage):
    """Who takes the agent apart is told of, soon."""
    report, scope, rounds = stage.report, Cgroup("martlet-proof"), 10
    report.heading("Tampering", f"from the start of who does it until the agent's file tells: the longest of {rounds} times, and the median")
    try:
        with Agent(stage.martlet, scope, stage.folder) as agent:
            environment = [f"AGENT={agent.process.pid}", f"TOLD={stage.folder / 'events.jsonl'}"]
            times = {title: [] for title, _ in TAMPERING}
            for _ in range(rounds):
                for title, act in TAMPERING:
                    begin = time.monotonic()
                    actor = scope.inside(["env", *environment, stage.actor, *act, "exit", "0"])
                    subprocess.run(actor, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
                    times[title].append(time.monotonic() - begin)
            for title, taken in times.items():
                report.row(title, max(taken), "s", f"({median(taken):.2f})", 2)
            agent.end()
    finally:
        scope.close()


def sources(folder, files=40):
    """A small program of many files, and the command that builds it on all processors."""
    folder.mkdir(exist_ok=True)
    for number in range(files):
        (folder / f"part{number}.c").write_text(
            f"#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\nint part{number}(void) {{ return {number}; }}\n")
    (folder / "Makefile").write_text(
        "OBJECTS := $(patsubst %.c,%.o,$(wildcard *.c))\nall: program.a\n"
        "program.a: $(OBJECTS)\n\tar rcs $@ $^\n%.o: %.c\n\tcc -O1 -c -o $@ $<\n")
    return ["sh", "-c", f"cd {folder} && rm -f *.o *.a && exec make -s -j{os.cpu_count()}"]


def build(stage):
    """The same build, watched and not, some of each one after the other; and with programs at its calls that do nothing."""
    report, scope = stage.report, Cgroup("martlet-proof")
    pairs, builds = stage.options.pairs, 4
    report.heading(
        "Build",
        f"40 small files of C compiled and linked, with and without an agent with its own rules: {pairs} times, the median of "
        f"{builds} builds with it against those before and after")
    command = scope.inside(sources(stage.folder / "program"))
    floor = stage.folder / "floor"
    subprocess.run(["cc", "-O2", "-o", floor, Path(__file__).parents[1] / "sensor/floor.c"], check=True)
    nothing = [floor, "-t", "sys_enter", "-t", "sys_exit"]

    def once(*wrapper):
        """How long a build takes, and of the processors."""
        begin, before = time.monotonic(), os.times()
        subprocess.run([*wrapper, *command], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        after = os.times()
        return time.monotonic() - begin, sum(after[2:4]) - sum(before[2:4])

    def some(*wrapper):
        """The medians of both, of some builds."""
        return [median(values) for values in zip(*(once(*wrapper) for _ in range(builds)))]

    ratios = {name: [] for name in ["watched", "watched, processor", "agent, processor", "nothing", "nothing, processor", "first"]}
    bare = []
    try:
        once()
        for _ in range(pairs):
            before = some()
            with Agent(stage.martlet, scope, stage.folder) as agent:
                time.sleep(0.5)  # until it is done with its start
                unknown, _ = once()
                own = agent.status()["usage"]["agent_ns"]
                watched = some()
                end = agent.settled()
                own = (end["usage"]["agent_ns"] - own) / builds / 1e9
                agent.end()
            with_nothing = some(*nothing)
            alone = [sum(values) / 2 for values in zip(before, some())]
            bare.append(alone[0])
            for name, (wall, processors) in {"watched": watched, "nothing": with_nothing}.items():
                ratios[name].append(wall / alone[0])
                ratios[name + ", processor"].append(processors / alone[1])
            ratios["agent, processor"].append(own / alone[1])
            ratios["first"].append(unknown / alone[0])

        def row(text, name, goal=None):
            values = ratios[name]
            report.row(text, median(values), "", f"({min(values):.3f} to {max(values):.3f})", goal)

        report.row("seen of one build", count(end["events"], "seen") // (builds + 1), "", f"{delivered(end) // (builds + 1)} delivered")
        report.row("a build that nobody watches", median(bare), "s", f"({min(bare):.2f} to {max(bare):.2f})")
        row("times as long where it is watched", "watched", 1.03)
        row("  with an empty program at entries and exits", "nothing")
        row("times the processor time where it is watched", "watched, processor")
        row("  with an empty program at entries and exits", "nothing, processor")
        row("the agent's processor time, builds", "agent, processor")
        row("the first that an agent sees, times as long", "first")
        report.row("lost", count(end["events"], "lost"), "", goal=0)
    finally:
        scope.close()


def processes(stage):
    """Many that end at once."""
    report, scope = stage.report, Cgroup("martlet-proof")
    total, loops = stage.options.count, os.cpu_count() or 2
    report.heading("Processes", f"{total:,} processes that end at once, from {loops} that start one after the other; own rules")
    try:
        with Agent(stage.martlet, scope, stage.folder) as agent:
            readings, begin = Readings(agent), time.monotonic()
            running = [scope.start([stage.actor, "live-briefly", total // loops]) for _ in range(loops)]
            while any(process.poll() is None for process in running):
                readings.watch(2, every=2)
            elapsed, end = time.monotonic() - begin, agent.settled()
            exits = next((row["seen"] for row in end["events"] if row["type"] == "exit"), 0)
            judge_ledger(report, readings, end)
            report.row("ended", exits / elapsed, "a second")
            report.row("ends that were not seen", max(0, total // loops * loops - exits), "", goal=0)
            report.row("lost", count(end["events"], "lost"), "", goal=0)
            report.row("known to be alive at the end", end["agent"]["processes"], "", goal=10)
            report.row("memory at most", end["usage"]["peak_memory"] / (1 << 20), "MiB", goal=128)
            report.row("memory, last third less second third", readings.growth(), "MiB", goal=4)
            found = re.search(r"[\d.]+ MiB peak.*", agent.end())
            report.note(found[0] if found else "")
    finally:
        scope.close()
