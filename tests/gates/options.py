# SPDX-License-Identifier: Apache-2.0
"""options.py ROOT PROGRAM: every option of the program stands in its manual and in every completion,
with the same spellings, and nothing else does. So do its sub-commands."""

import re
import subprocess
import sys

import gate

SPELLING = r"(?<![\w-])(--[a-z][a-z0-9-]*|-[A-Za-z0-9])(?![\w-])"
COMPLETIONS = ("smtpprobe.bash", "_smtpprobe", "smtpprobe.fish")


def options_of_help(text):
    """The spellings at the head of a line; what an option excludes, and prose, are not meant."""
    heads = re.findall(r"^ {1,8}(-[^ ]+)", text, re.MULTILINE)
    return {name for head in heads for name in re.findall(SPELLING, re.sub(r"\{[^}]*\}", "", head))}


def options_of_manual(text):
    """Those that an item of a list is headed by: each word after Fl, up to the next macro."""
    heads = re.findall(r"^\.It (.*)$", text, re.MULTILINE)
    return {"-" + name for head in heads for words in re.findall(r"\bFl ((?:(?:-?[a-z0-9-]+|,)(?: |$))+)", head)
            for name in words.replace(",", " ").split()}


def long_options(text):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*", text))


def fish_options(text):
    lines = [line for line in text.splitlines() if line.startswith("complete ")]
    return {"--" + name for line in lines for name in re.findall(r" -l ([a-z][a-z0-9-]*)", line)}


def differences(what, have, other, want):
    return [f"{what} lacks {name}, which {other} has" for name in sorted(want - have)] + \
           [f"{what} has {name}, which {other} lacks" for name in sorted(have - want)]


def subcommands_of_help(text):
    m = re.search(r"^(?:Sub-?commands|Commands):\n((?:[ \t]+.*\n?)+)", text, re.MULTILINE | re.IGNORECASE)
    return set(re.findall(r"^ {2}([a-z]+)\b", m[1], re.MULTILINE)) if m else set()


def help_of(program, *command):
    return subprocess.run([program, *command, "--help"], capture_output=True, text=True, check=True).stdout


def check(root, program):
    shown = help_of(program)
    commands = subcommands_of_help(shown)
    options = options_of_help("\n".join([shown] + [help_of(program, command) for command in sorted(commands)]))
    manual = (root / "man/smtpprobe.1").read_text()
    complaints = differences("man/smtpprobe.1", options_of_manual(manual), "--help", options)
    complaints += [f"man/smtpprobe.1 does not tell of the command {c}" for c in sorted(commands)
                   if not re.search(rf"^\.It Ic {c}\b", manual, re.MULTILINE)]
    for name in COMPLETIONS:
        text = (root / "packaging/completions" / name).read_text()
        have = fish_options(text) if name.endswith(".fish") else long_options(text)
        complaints += differences(name, have, "--help", {o for o in options if o.startswith("--")})
        complaints += [f"{name} lacks the command {c}" for c in sorted(commands) if not re.search(rf"\b{c}\b", text)]
    if len(options) < 10:
        complaints.append(f"the help texts show {len(options)} options: is its form still what this gate reads?")
    return complaints


if __name__ == "__main__":
    gate.run(check, *sys.argv[2:])
