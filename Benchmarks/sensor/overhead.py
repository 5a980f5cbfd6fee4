"""What a watched program pays: CPU time of a loop under a tracer, against the same loop untraced."""

from statistics import median

import tracers
import workloads

# Rounds of each loop; a peer that slows the loop down by an order of magnitude gets fewer. And the most that the loop may cost
# under Martlet, as a multiple of untraced, where that was promised.
LOOPS = {
    "getpid": (3_000_000, 100_000, 1.30),
    "open": (200_000, 10_000, 1.50),
    "chmod": (100_000, 5_000, None),
    "exec": (1_000, 200, 1.10),
}
TITLES = {
    "getpid": "getpid, a call that nobody asks for",
    "open": "open and close of a file four components deep",
    "chmod": "chmod of a file in a directory of which the kernel remembers 20,000 names",
    "exec": "vfork, exec and wait of a static program",
}


def per_round(command):
    rounds, cpu, _ = workloads.run(command)
    return cpu / rounds


def measure(report, programs, martlet, pairs, peers):
    report.heading(
        "Overhead",
        f"CPU time of the loop and its children as a multiple of untraced: median (least to most) of {pairs} pairs")
    others = tracers.peers() if peers else []
    usable = []
    for tracer in others:
        if reason := tracers.lack(tracer, programs.command("open", 1)):
            report.note(f"{tracer.name} is left out: {reason}")
        else:
            usable.append(tracer)
    for kind, (many, few, goal) in LOOPS.items():
        full, short = programs.command(kind, many), programs.command(kind, few)
        ours = tracers.martlet(martlet)
        variants = {
            "untraced, again": full,
            "an empty BPF program at every call's exit": [str(programs.floor), *full],
            ours.name: ours.wrap(full),
            "the same, of all types of events": tracers.martlet(martlet, events=tracers.EVERYTHING).wrap(full),
        }
        variants |= {tracer.name: tracer.wrap(short) for tracer in usable}
        ratios = {name: [] for name in variants}
        bare = []
        for _ in range(pairs):
            for name, command in variants.items():
                # Each run beside its own untraced one: the machine's speed drifts.
                untraced = per_round(full)
                bare.append(untraced)
                ratios[name].append(per_round(command) / untraced)
        report.note(TITLES[kind])
        report.row("untraced", median(bare) * 1e6, "us", f"({min(bare) * 1e6:.2f} to {max(bare) * 1e6:.2f})")
        for name, values in ratios.items():
            spread = f"({min(values):.2f} to {max(values):.2f})"
            report.row(name, median(values), "x", spread, goal if name == ours.name else None)
