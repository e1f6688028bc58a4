# SPDX-License-Identifier: Apache-2.0
"""What the gates share. A gate is check(root, …) -> list of complaints, each one line."""

import pathlib
import re
import subprocess
import sys

SOURCES = (".cpp", ".hpp", ".inc")


def run(check, *arguments):
    complaints = check(pathlib.Path(sys.argv[1]), *arguments)
    for complaint in complaints:
        print(complaint)
    sys.exit(1 if complaints else 0)


def files(root):
    """Every file of the project: what git tracks, or in an unpacked archive all but builds."""
    listed = subprocess.run(["git", "-C", root, "ls-files", "-z"], capture_output=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        names = listed.stdout.decode().split("\0")[:-1]
        paths = [root / name for name in names]
    else:
        paths = [p for p in root.rglob("*") if not {"build", ".git"} & set(p.relative_to(root).parts)]
    return sorted(p for p in paths if p.is_file())


def sources(root, folder):
    return sorted(p for p in (root / folder).rglob("*") if p.suffix in SOURCES)


def blank(match):
    return re.sub(r"[^\n]", " ", match.group())


def code(text):
    """C++ without comments and the contents of literals; every line and column stays where it was."""
    pattern = r"""//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])*'"""
    return re.sub(pattern, blank, text, flags=re.DOTALL)


def includes(text):
    """(line number, name, is in angle brackets) of each #include."""
    found = re.finditer(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', text, re.MULTILINE)
    return [(text.count("\n", 0, m.start()) + 1, m[2], m[1] == "<") for m in found]
