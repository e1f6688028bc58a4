# SPDX-License-Identifier: Apache-2.0
"""Every file that can hold a comment names its licence in its first three lines."""

import gate

LINE = "SPDX-License-Identifier: Apache-2.0"
SUFFIXES = gate.SOURCES + (".py", ".sh", ".cmake", ".1", ".7", ".bash", ".fish", ".in")
NAMES = ("CMakeLists.txt", ".clang-tidy")


def needs_it(path, text):
    return path.suffix in SUFFIXES or path.name in NAMES or text.startswith("#!") or path.name.startswith("_")


def check(root):
    complaints = []
    for path in gate.files(root):
        if "corpus" in path.parts:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if needs_it(path, text) and not any(LINE in line for line in text.splitlines()[:3]):
            complaints.append(f"{path.relative_to(root)}: no line '{LINE}' at its head")
    return complaints


if __name__ == "__main__":
    gate.run(check)
