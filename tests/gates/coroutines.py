# SPDX-License-Identifier: Apache-2.0
"""g++ 12 miscompiles ordinary coroutine code (temporaries destroyed twice). House rules around co_await:
R1 no temporary of a non-trivial aggregate in the same expression, no lambda that captures: name it before;
R2 no braced list there;
R3 no ?: around it, none in a throw;
R4 `auto r = co_await …;` first, never in a condition;
R5 no structured binding straight from it.
It reads text, not types, so it is stricter than the bug."""

import re

import gate

OPENING, CLOSING = "([{", ")]}"
GOES_ON_AFTER_BRACE = tuple(",);.(]?:") + ("->", "&&", "||", "==")


def start_of_statement(text, at):
    """Where the statement around `at` begins, and the openings that enclose `at` in it."""
    depth, around, i = 0, [], at - 1
    while i >= 0:
        c = text[i]
        if c in CLOSING:
            rest = text[i + 1:at].lstrip()
            if c == "}" and depth == 0 and not rest.startswith(GOES_ON_AFTER_BRACE):
                return i + 1, around  # the block of another statement
            depth += 1
        elif c in OPENING:
            if depth > 0:
                depth -= 1
            else:
                around.append(i)
                if c == "{":
                    return i + 1, around
        elif c == ";" and depth == 0 and not in_for(text, i):
            return i + 1, around
        i -= 1
    return 0, around


def in_for(text, at):
    """Is this `;` one of a for's or an if's head?"""
    depth = 0
    for i in range(at - 1, -1, -1):
        if text[i] in CLOSING:
            depth += 1
        elif text[i] in OPENING:
            if depth == 0:
                return text[i] == "("
            depth -= 1
    return False


def end_of_statement(text, at):
    depth = 0
    for i in range(at, len(text)):
        c = text[i]
        if c in OPENING:
            depth += 1
        elif c in CLOSING:
            depth -= 1
            if depth < 0 and c == "}":
                return i
        elif c == ";" and depth <= 0:
            return i
    return len(text)


def without_harmless_lambdas(text):
    """A lambda that captures nothing is trivial; its body is no braced list."""
    while True:
        m = re.search(r"\[\s*\]\s*(\([^()]*\))?\s*(mutable|noexcept)?\s*(->[^{]*)?\{", text)
        if not m:
            return text
        end, depth = m.end(), 1
        while end < len(text) and depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        text = text[:m.start()] + " " * (end - m.start()) + text[end:]


def broken_rules(text, at):
    begin, around = start_of_statement(text, at)
    end = end_of_statement(text, at)
    heads = [re.search(r"(\w+)\s*$", text[:i]) for i in around if text[i] == "("]
    if any(m and m[1] in ("if", "while", "switch", "for") for m in heads):
        return ["R4 co_await in a condition"]
    statement = without_harmless_lambdas(text[begin:end])
    rules = []
    if around and text[around[-1]] == "{" and end < len(text) and text[end] == "}":
        rules.append("R2 co_await inside a braced list")
    if re.search(r"\[[^\]\[]+\]\s*(\([^()]*\))?\s*(mutable|noexcept)?\s*(->[^{]*)?\{", statement):
        rules.append("R1 a capturing lambda in an expression with co_await")
    elif "{" in statement:
        rules.append("R1/R2 a braced list or temporary in an expression with co_await")
    if re.search(r"(?<!\?)\?(?!\?)", statement):
        rules.append("R3 ?: around co_await")
    if re.match(r"\s*throw\b", statement):
        rules.append("R3 co_await in a throw")
    if re.search(r"\bauto\s*&{0,2}\s*\[[^\]]*\]\s*=", statement):
        rules.append("R5 a structured binding straight from co_await")
    return rules


def check_text(text):
    plain = gate.code(text)
    return [(plain.count("\n", 0, m.start()) + 1, rule)
            for m in re.finditer(r"\bco_await\b", plain) for rule in broken_rules(plain, m.start())]


def check(root):
    return [f"{path.relative_to(root)}:{line}: {rule}"
            for folder in ("src", "include", "tests") for path in gate.sources(root, folder)
            for line, rule in check_text(path.read_text())]


if __name__ == "__main__":
    gate.run(check)
