# SPDX-License-Identifier: Apache-2.0
"""Situations made real, each held to its row of table.tsv.

A module live_*.py makes a network or servers with one fault, lets the program probe, and calls
`self.situation(name, arguments…)` or, with a report at hand, `check(self, name, report)`. With
SMTPPROBE_KEEP_FACTS=1 in the environment the facts go to facts/NAME.json, where table_test.cpp
diagnoses them again without any network.
"""
import csv
import json
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "integration"))

import program  # noqa: E402

# What the diagnosis makes of the facts is not kept with them: it is made anew.
_JUDGED = ("verdict", "severity", "exit", "who", "failed_step", "headline", "lead", "findings")


def _table():
    with open(HERE / "table.tsv", newline="", encoding="ascii") as file:
        return {row["name"]: row for row in csv.DictReader(file, delimiter="\t")}


class SituationTest(program.ProbeTest):
    def situation(self, name, *arguments):
        """Probes with these arguments and checks what is said; gives the report for more questions."""
        report = self.probe(*arguments)
        check(self, name, report)
        return report


def check(case, name, report):
    keep(name, report)
    table = _table()
    case.assertIn(name, table, f"no row in table.tsv\n{report}")
    row = table[name]
    said = {"lead": report.lead, "verdict": report.verdict, "who": report.who, "exit": str(report.status)}
    case.assertEqual(said, {key: row[key] for key in said}, f"{name}\n{report}")


def keep(name, report):
    if not os.environ.get("SMTPPROBE_KEEP_FACTS"):
        return
    facts = {key: value for key, value in report.json.items() if key not in _JUDGED}
    lines = ",\n".join(json.dumps(key) + ": " + json.dumps(value, separators=(",", ":")) for key, value in facts.items())
    path = HERE / "facts" / f"{name}.json"
    path.write_text("{\n" + lines + "\n}\n", encoding="utf-8")


main = program.main
