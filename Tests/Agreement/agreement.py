#!/usr/bin/env python3
"""Does `martlet validate` agree with an independent validator of JSON Schema?

Damages events at random, from a fixed seed, and compares verdicts line by line with the Python package `jsonschema`.
What JSON Schema cannot say is left out of the comparison: names that occur twice, integers beyond 64 bits, numbers
that differ only past the precision of a double, lone surrogates, and nesting of 512 levels and more.

usage: agreement.py MARTLET [COUNT [SEED]]
needs: jsonschema 4.x and rfc3339-validator
exit status: 0 all verdicts agree, 1 some differ
"""

import copy
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

from jsonschema import Draft202012Validator, FormatChecker

HERE = pathlib.Path(__file__).parent
SCHEMA = json.loads((HERE / "../../schema/event.schema.json").read_text())

# Numbers as they must stand in the text; json.dumps would write each in one way only.
NUMBERS = ["0", "-0", "1", "-1", "1.0", "-2.0e0", "1e3", "1.5", "0.1e1", "12.5E-1", "1e-2", "18446744073709551615",
           "-9223372036854775808", "0.0", "100e-2", "1E+2"]
DATES = ["2024-10-02T14:03:07Z", "2024-10-02T14:03:07.123456789Z", "2024-10-02t14:03:07z", "2024-02-30T00:00:00Z",
         "2023-02-29T00:00:00Z", "2024-02-29T00:00:00+23:59", "2016-12-31T23:59:60Z", "2024-10-02 14:03:07Z",
         "2024-10-02T14:03:07", "2024-10-02T24:00:00Z", "2024-10-02T14:03:07.Z", "0000-01-01T00:00:00Z",
         "9999-12-31T23:59:59-00:00", "2024-1-02T14:03:07Z", "20241002T140307Z", "2024-10-02T14:03:07+24:00",
         "2024-10-02T14:03:07+0100", "", "now", "2024-10-02", "2024-10-02T14:03:07.5+02:00", "2024-13-01T00:00:00Z"]


def raw(number):
    """A number that keeps its spelling until `spelled` puts it into the text."""
    return f"@@{number}@@"


def spelled(event, ensure_ascii):
    return re.sub(r'"@@([^"]*)@@"', r"\1", json.dumps(event, ensure_ascii=ensure_ascii))


def full(schema):
    """A value with every property that `schema` has."""
    if "$ref" in schema:
        return full(SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]])
    match schema.get("type"):
        case "string":
            return DATES[0] if "format" in schema else "text"
        case "integer":
            return 7
        case "boolean":
            return True
        case "array":
            return [full(schema["items"]) if schema["items"] is not True else {"type": "kill"}] * 2
        case "object":
            if "properties" in schema:
                return {name: full(inner) for name, inner in schema["properties"].items()}
            return {"a": ["b"], "c": []}
    return {"uid": 1}


def places(value, path=()):
    """Every container in `value`, as the list of keys that leads to it."""
    if isinstance(value, (dict, list)):
        yield path
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, path + (key,))


NAMES = sorted({name for definition in SCHEMA["$defs"].values() for name in definition.get("properties", ())})


def anything(rng, depth=0):
    kinds = 8 if depth < 3 else 6
    match rng.randrange(kinds):
        case 0:
            return None
        case 1:
            return rng.random() < 0.5
        case 2 | 3:
            return raw(rng.choice(NUMBERS))
        case 4:
            return rng.choice(["", "text", "é馬🐎", "\x00\x1f\"\\/", "-1", "true"])
        case 5:
            return rng.choice(DATES)
        case 6:
            return [anything(rng, depth + 1) for _ in range(rng.randrange(4))]
        case _:
            return {rng.choice(NAMES): anything(rng, depth + 1) for _ in range(rng.randrange(4))}


def damage(rng, event):
    """Changes one thing in `event`."""
    path = rng.choice(list(places(event)))
    target = event
    for key in path:
        target = target[key]
    keys = list(target) if isinstance(target, dict) else list(range(len(target)))
    key = rng.choice(keys) if keys else None
    match rng.randrange(9):
        case 0 if keys:
            del target[key]
        case 1 if keys:
            target[key] = anything(rng)
        case 2 if isinstance(target, dict):
            target[rng.choice(NAMES + ["x", "", "Pid", "pid ", "a/b~c"])] = anything(rng)
        case 3 if isinstance(target, dict) and keys:
            name = rng.choice([key.upper(), key + "s", key[:-1], rng.choice(NAMES)])
            target[name] = target.pop(key)
        case 4 if keys and isinstance(target[key], str):
            target[key] = rng.choice(DATES)
        case 5 if keys and isinstance(target[key], int):
            target[key] = raw(rng.choice(NUMBERS))
        case 6 if keys:
            target[key] = [target[key]]
        case 7 if keys and isinstance(target, dict) and len(keys) > 1:
            other = rng.choice(keys)
            target[key], target[other] = target[other], target[key]
        case 8 if isinstance(target, list):
            target.insert(0, anything(rng))


def mutations(rng, count):
    seeds = [json.loads(line) for line in (HERE / "events.jsonl").read_text().splitlines()]
    everything = full({key: value for key, value in SCHEMA.items() if key != "$defs"})
    for number in range(count):
        # The event with everything is large; a part of it at a time is as good and faster.
        if number % 4 == 0:
            event = {"agent": {"rule_id": "r"}, "title": ""}
            for name in rng.sample(sorted(everything), 3):
                event[name] = copy.deepcopy(everything[name])
        else:
            event = copy.deepcopy(rng.choice(seeds))
        for _ in range(rng.choice([0, 1, 1, 1, 2, 3])):
            damage(rng, event)
        yield event


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    martlet = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 6000
    rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 2024)
    reference = Draft202012Validator(SCHEMA, format_checker=FormatChecker(formats=["date-time"]))
    assert not FormatChecker().conforms("x", "date-time"), "rfc3339-validator is missing"

    lines = [spelled(event, ensure_ascii=rng.random() < 0.5) for event in mutations(rng, count)]
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        output = subprocess.run([martlet, "validate", file.name], stdout=subprocess.PIPE, text=True)
        assert output.returncode in (0, 1), output.returncode
        ours = {}
        for line in output.stdout.splitlines():
            _, number, message = line.split(":", 2)
            ours.setdefault(int(number), message.strip())

    differences = invalid = 0
    for number, line in enumerate(lines, 1):
        errors = list(reference.iter_errors(json.loads(line)))
        invalid += bool(errors)
        if bool(errors) != (number in ours):
            differences += 1
            theirs = errors[0].message if errors else "valid"
            print(f"martlet: {ours.get(number, 'valid')}\njsonschema: {theirs}\n{line}\n")
    print(f"{count} events, {invalid} of them invalid, {differences} verdicts differ")
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
