# SPDX-License-Identifier: Apache-2.0
"""headers.py ROOT COMPILER [FLAGS…]: each public header compiles alone, and twice, and
includes the standard library and smtpprobe/ only. expected.hpp alone may name tl/expected.hpp."""

import subprocess
import sys

import gate


def check_text(name, text):
    complaints = []
    for line, included, angled in gate.includes(text):
        ours = included.startswith("smtpprobe/")
        standard = angled and "/" not in included and "." not in included
        excepted = name == "expected.hpp" and included == "tl/expected.hpp"
        if not (ours and not angled or standard or excepted):
            complaints.append(f"include/smtpprobe/{name}:{line}: {included} is not of the standard library")
    if "#pragma once" not in text:
        complaints.append(f"include/smtpprobe/{name}: no #pragma once")
    return complaints


def check(root, *compiler):
    complaints = []
    for header in sorted((root / "include/smtpprobe").glob("*.hpp")):
        complaints += check_text(header.name, header.read_text())
        twice = f'#include "smtpprobe/{header.name}"\n' * 2
        built = subprocess.run([*compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                                "-x", "c++", "-I", root / "include", "-"],
                               input=twice, capture_output=True, text=True, check=False)
        if built.returncode != 0:
            complaints.append(f"include/smtpprobe/{header.name} does not compile alone:\n{built.stderr}")
    return complaints


if __name__ == "__main__":
    gate.run(check, *sys.argv[2:])
