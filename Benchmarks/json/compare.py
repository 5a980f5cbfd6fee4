"""Runs every contestant in turn, several rounds, and prints medians with their ratios. Called by `run`.

Times are processor time, so that other programs on the machine do not lengthen them; all contestants have one thread.
"""

import importlib.metadata
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import jsonschema_rs
import orjson

BINARY = ".build/release/json-benchmark"
EVENTS = 20_000
schema = json.loads(pathlib.Path("../../schema/event.schema.json").read_text())
validator = jsonschema_rs.validator_for(schema, validate_formats=True)


def ours(*arguments):
    """Nanoseconds and heap allocations an event, as our program measured them."""
    words = subprocess.run([BINARY, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    return float(words[0]), float(words[1])


def theirs(items, function):
    """Nanoseconds an item that `function` takes, after a warm-up."""
    for item in items[: len(items) // 10]:
        function(item)
    start = time.process_time_ns()
    for item in items:
        function(item)
    return (time.process_time_ns() - start) / len(items), None


def check(is_valid):
    assert is_valid


def main():
    text = subprocess.run([BINARY, "event"], check=True, stdout=subprocess.PIPE).stdout.strip()
    event = orjson.loads(text)
    assert orjson.dumps(event) == text, "the contestants do not write the same bytes"
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
        subprocess.run([BINARY, "events", str(EVENTS)], check=True, stdout=file)
        lines = pathlib.Path(file.name).read_bytes().splitlines()
        texts = [line.decode() for line in lines]
        versions = {name: importlib.metadata.version(name) for name in ("orjson", "jsonschema-rs")}
        writers = {
            "MartletSchema writer": lambda: ours("write"),
            f"orjson {versions['orjson']}": lambda: theirs([event] * 100_000, orjson.dumps),
            "Foundation JSONEncoder": lambda: ours("encode"),
        }
        rs = f"jsonschema-rs {versions['jsonschema-rs']}"
        validators = {
            "MartletSchema validator": lambda: ours("validate", file.name),
            "MartletSchema reader": lambda: ours("read", file.name),
            f"orjson + {rs} is_valid": lambda: theirs(
                lines, lambda line: check(validator.is_valid(orjson.loads(line)))),
            f"json + {rs} is_valid": lambda: theirs(
                lines[:5000], lambda line: check(validator.is_valid(json.loads(line)))),
        }
        if hasattr(validator, "is_valid_json"):
            validators[f"{rs} is_valid_json"] = lambda: theirs(
                texts, lambda line: check(validator.is_valid_json(line)))
        compare(f"Writing one event of {len(text)} bytes", writers)
        compare(f"Reading and validating {EVENTS} lines of it", validators)


def compare(title, contestants):
    results = {name: [] for name in contestants}
    for _ in range(int(sys.argv[1])):
        for name, measure in contestants.items():
            results[name].append(measure())
    medians = {name: statistics.median(result[0] for result in rounds) for name, rounds in results.items()}
    base = next(iter(medians.values()))
    print(f"\n{title}\n\n| | ns an event | events/s | times the first | allocations an event |\n|---|---|---|---|---|")
    for name, median in medians.items():
        allocations = results[name][0][1]
        counted = "" if allocations is None else f"{allocations:.4g}"
        print(f"| {name} | {median:,.0f} | {1e9 / median:,.0f} | {median / base:.2f} | {counted} |")


if __name__ == "__main__":
    main()
