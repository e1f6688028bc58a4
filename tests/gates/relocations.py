# SPDX-License-Identifier: Apache-2.0
"""The shelves of the catalogue hold no addresses (src/knowledge/packed.hpp): each would be written anew at every start
of the program, whether anybody reads the catalogue or not.

relocations.py ROOT READELF libsmtpprobe_knowledge.a"""

import re
import subprocess
import sys

import gate

MOST = 8  # the two functions of a shelf, and what the compiler needs for exceptions


def check_text(listing, shelves):
    """`readelf --relocs --wide` of the archive, and how many shelves must be in it."""
    counts = {}
    shelf = None
    for line in listing.splitlines():
        if line.startswith("File:"):
            member = re.search(r"\((\w+_shelf)\.cpp\.o\)", line)
            shelf = member and member[1]
            if shelf:
                counts[shelf] = 0
        elif shelf:
            section = re.match(r"Relocation section '\.rela?\.data\S*' .* contains (\d+) entr", line)
            counts[shelf] += int(section[1]) if section else 0
    complaints = [f"{name}.cpp: {count} addresses in its data; more than {MOST} come from a table that is not packed"
                  for name, count in sorted(counts.items()) if count > MOST]
    if len(counts) != shelves:
        complaints.append(f"{len(counts)} shelves in the library, not {shelves}")
    return complaints


def check(root):
    listing = subprocess.run([sys.argv[2], "--relocs", "--wide", sys.argv[3]], capture_output=True, text=True, check=True)
    return check_text(listing.stdout, len(list((root / "src/knowledge").glob("*_shelf.cpp"))))


if __name__ == "__main__":
    gate.run(check)
