# SPDX-License-Identifier: Apache-2.0
"""Includes follow src/CMakeLists.txt: a layer includes itself, the public headers, the layers that it
USES and the libraries that it LINKS, all named on its own line (what they use in turn does not count).
A layer that LINKS neither asio nor anything else that waits is pure: it reads no clock, no environment
and no file."""

import re

import gate

LIBRARIES = {  # what an include in angle brackets begins with -> how LINKS says it
    "asio": "asio", "openssl/": "openssl", "ares": "cares", "idn2": "idn2", "unicase": "idn2", "uninorm": "idn2",
    "nlohmann/": "json", "CLI/": "cli11", "gmime/": "gmime", "glib": "gmime",
    "gsasl": "gsasl",
}
SYSTEM = {"asio", "openssl", "cares", "cli11", "gmime", "gsasl"}  # who links one of these may talk to the system
NOBODY = {"iostream": "static initialisers, and it is slow to start", "fmt/": "no dependency", "regex": "slow, and it recurses",
          "catch2/": "a test framework", "tl/": "expected.hpp decides"}
ALLOWED_IN_PURE = {"arpa/inet.h", "net/if.h", "netinet/in.h", "sys/socket.h"}  # texts of addresses
IMPURE_CALLS = re.compile(r"_clock::now|\b(?:::)?(?:clock_gettime|gettimeofday|getenv|time\((?:nullptr|NULL|0)\)|fopen|ifstream)\b")


def declared(text):
    layers = {}
    for body in re.findall(r"^smtpprobe_layer\(([^)]*)\)", text, re.MULTILINE):
        words = body.split()
        lists, current = {"USES": [], "LINKS": []}, None
        for word in words[1:]:
            if word in lists:
                current = lists[word]
            else:
                current.append(word)
        layers[words[0]] = (set(lists["USES"]), set(lists["LINKS"]))
    return layers


def library_of(name):
    return next((lib for prefix, lib in LIBRARIES.items() if name.startswith(prefix)), None)


def complaint_on_include(path, name, angled, layer, layers):
    uses, links = layers[layer]
    if not angled:
        first = name.split("/")[0]
        if first == "smtpprobe" or first == layer or (path.parent / name).exists():
            return None
        if first not in layers:
            return f'"{name}" is neither a layer nor a public header'
        return None if first in uses else f"{layer} does not list {first} under USES"
    for prefix, why in NOBODY.items():
        if name.startswith(prefix):
            return f"<{name}> is not used here: {why}"
    library = library_of(name)
    if library:
        return None if library in links else f"{layer} does not list {library} under LINKS"
    pure = not SYSTEM & links
    if pure and ("/" in name or name.endswith(".h")) and name not in ALLOWED_IN_PURE:
        return f"{layer} is pure: <{name}> is not of the C++ standard library"
    return None


def check(root):
    layers = declared((root / "src/CMakeLists.txt").read_text())
    complaints = []
    for layer, (uses, links) in layers.items():
        seen = list(layers)[: list(layers).index(layer)]
        complaints += [f"src/CMakeLists.txt: {layer} uses {used}, which does not stand above it"
                       for used in sorted(uses) if used not in seen]
        for path in gate.sources(root, f"src/{layer}"):
            where = path.relative_to(root)
            text = path.read_text()
            for line, name, angled in gate.includes(text):
                if (why := complaint_on_include(path, name, angled, layer, layers)):
                    complaints.append(f"{where}:{line}: {why}")
            if not SYSTEM & links and layer != "probe":
                plain = gate.code(text)
                complaints += [f"{where}:{plain.count(chr(10), 0, m.start()) + 1}: {layer} is pure: no {m[0]} here"
                               for m in IMPURE_CALLS.finditer(plain)]
    for folder in sorted(p.name for p in (root / "src").iterdir() if p.is_dir()):
        if folder not in layers:
            complaints.append(f"src/{folder} is no layer of src/CMakeLists.txt")
    return complaints


if __name__ == "__main__":
    gate.run(check)
