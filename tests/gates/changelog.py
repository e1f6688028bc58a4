# SPDX-License-Identifier: Apache-2.0
"""CHANGELOG.md follows Keep a Changelog 1.1, and knows the version that CMakeLists.txt names."""

import re

import gate

SECTIONS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def check_text(text, version):
    complaints = []
    heads = re.findall(r"^## (.*)$", text, re.MULTILINE)
    releases = []
    for head in heads:
        m = re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d", head)
        if m:
            releases.append(tuple(map(int, m[1].split("."))))
        elif head != "[Unreleased]":
            complaints.append(f"CHANGELOG.md: '## {head}' is neither '[Unreleased]' nor '[x.y.z] - YYYY-MM-DD'")
    if not heads:
        complaints.append("CHANGELOG.md: no section")
    if releases != sorted(releases, reverse=True):
        complaints.append("CHANGELOG.md: the newest release comes first")
    for section in re.findall(r"^### (.*)$", text, re.MULTILINE):
        if section not in SECTIONS:
            complaints.append(f"CHANGELOG.md: '### {section}' is none of {', '.join(sorted(SECTIONS))}")
    current = tuple(map(int, version.split(".")))
    if current not in releases and "[Unreleased]" not in heads:
        complaints.append(f"CHANGELOG.md: {version} is neither released nor is there an [Unreleased] section")
    if releases and current < releases[0]:
        complaints.append(f"CHANGELOG.md: knows a newer release than CMakeLists.txt's {version}")
    return complaints


def check(root):
    version = re.search(r"project\(smtpprobe VERSION (\d+\.\d+\.\d+)", (root / "CMakeLists.txt").read_text())
    return check_text((root / "CHANGELOG.md").read_text(), version[1])


if __name__ == "__main__":
    gate.run(check)
