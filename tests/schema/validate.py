# SPDX-License-Identifier: Apache-2.0
"""validate.py SCHEMA PROGRAM: every line that PROGRAM prints must be valid against SCHEMA, and must
hold nothing that SCHEMA does not describe. Broken reports must be found invalid, so that a schema
that lets everything through is noticed too."""
import copy
import json
import subprocess
import sys

import jsonschema


def closed(schema):
    """The same schema, where objects may have no other members than those described."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(part) for key, part in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        result["additionalProperties"] = False
    return result


BROKEN_REPORTS = {
    "without its verdict": lambda r: r.pop("verdict"),
    "a verdict that does not exist": lambda r: r.update(verdict="perhaps"),
    "another schema": lambda r: r.update(schema=2),
    "time without a zone": lambda r: r.update(started="2026-01-01T00:00:00"),
    "negative time": lambda r: r.update(seconds=-1),
    "a raw control character": lambda r: r.update(headline="\x1b[31m"),
    "a backslash alone": lambda r: r["target"].update(text="a\\b"),
    "an event that does not exist": lambda r: r["sessions"][0]["transcript"][0].update(event="thought"),
    "a phase that is no number": lambda r: r["sessions"][0]["phases"].update(connect="fast"),
}

BROKEN_EXPLANATIONS = {
    "without its class": lambda e: e.pop("class"),
    "a class that does not exist": lambda e: e.update({"class": "bad-luck"}),
    "a code that is none": lambda e: e.update(code=999),
    "a status that is none": lambda e: e.update(status="5.x"),
    "a raw control character": lambda e: e.update(text="\x1b[31m"),
    "a backslash alone": lambda e: e.update(recipient="a\\b"),
    "a step that does not exist": lambda e: e.update(step="breakfast"),
    "fix steps that are no list": lambda e: e.update(fix="mend it"),
}


def broken_ones(value):
    """The object with one thing wrong at a time."""
    for name, change in (BROKEN_REPORTS if "verdict" in value else BROKEN_EXPLANATIONS).items():
        broken = copy.deepcopy(value)
        change(broken)
        yield name, broken


def main():
    schema = json.load(open(sys.argv[1], encoding="utf-8"))
    validator_class = jsonschema.validators.validator_for(schema)
    validator_class.check_schema(schema)
    validator = validator_class(schema)
    strict = validator_class(closed(schema))

    output = subprocess.run([sys.argv[2]], check=True, capture_output=True).stdout
    reports = [json.loads(line) for line in output.decode("utf-8").split("\n") if line]
    faults = []
    for number, report in enumerate(reports):
        for error in strict.iter_errors(report):
            faults.append(f"line {number + 1}: {error.json_path}: {error.message[:200]}")
    for name, broken in broken_ones(reports[0]):
        if validator.is_valid(broken):
            faults.append(f"passes as valid: {name}")
    newer = copy.deepcopy(reports[0])
    newer.get("sessions", [newer])[0]["added_later"] = 1
    if not validator.is_valid(newer):
        faults.append("a field that was added later is not let through")

    print("\n".join(faults) or f"{len(reports)} are valid")
    # Fewer would mean that the program printed too little to prove anything.
    return 1 if faults or len(reports) < 50 else 0


if __name__ == "__main__":
    sys.exit(main())
