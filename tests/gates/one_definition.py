# SPDX-License-Identifier: Apache-2.0
"""A type of the project is defined in one place. Two of one name in one namespace, in two headers, link
without a word and crash at run time: the compiler never sees both."""

import re

import gate

DEFINED = re.compile(r"^(?:class|struct|enum class|enum) ([A-Za-z_]\w*)(?! *;|\w|::)[^;(]*?\{", re.MULTILINE)


def check(root):
    homes = {}
    for folder in ("include", "src"):
        for path in gate.sources(root, folder):
            if path.suffix != ".hpp":
                continue
            for match in DEFINED.finditer(gate.code(path.read_text())):
                homes.setdefault(match[1], []).append(str(path.relative_to(root)))
    return [f"{places[1]}: {name} is defined in {places[0]} too" for name, places in sorted(homes.items()) if len(places) > 1]


if __name__ == "__main__":
    gate.run(check)
