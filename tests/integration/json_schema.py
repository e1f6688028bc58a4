# SPDX-License-Identifier: Apache-2.0
"""Validates a document against the part of JSON Schema (draft 2020-12) that our schema uses.

A keyword that is not known here is an error, so that a schema cannot promise what nothing checks.
"""
import re

_ANNOTATIONS = {"$schema", "$id", "$defs", "$comment", "title", "description", "examples", "default"}
_TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def breaches(schema, document):
    """Every breach as one line with the place; none for a valid document."""
    return list(_check(schema, schema, document, "$"))


def _check(root, schema, value, at):
    if schema is True:
        return
    if schema is False:
        yield f"{at}: nothing is allowed here"
        return
    for keyword, wanted in schema.items():
        if keyword in _ANNOTATIONS:
            continue
        if keyword not in _CHECKS:
            raise ValueError(f"json_schema.py does not know the keyword {keyword!r}")
        yield from _CHECKS[keyword](root, schema, wanted, value, at)


def _is(kind, value):
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, _TYPES[kind])


def _type(_root, _schema, wanted, value, at):
    kinds = [wanted] if isinstance(wanted, str) else wanted
    if not any(_is(kind, value) for kind in kinds):
        yield f"{at}: {value!r} is not of type {wanted}"


def _enum(_root, _schema, wanted, value, at):
    if value not in wanted:
        yield f"{at}: {value!r} is none of {wanted}"


def _const(_root, _schema, wanted, value, at):
    if value != wanted:
        yield f"{at}: {value!r} is not {wanted!r}"


def _required(_root, _schema, wanted, value, at):
    if isinstance(value, dict):
        yield from (f"{at}: {name} is missing" for name in wanted if name not in value)


def _properties(root, _schema, wanted, value, at):
    if isinstance(value, dict):
        for name, schema in wanted.items():
            if name in value:
                yield from _check(root, schema, value[name], f"{at}.{name}")


def _additional(root, schema, wanted, value, at):
    if isinstance(value, dict):
        for name in value.keys() - schema.get("properties", {}).keys():
            yield from _check(root, wanted, value[name], f"{at}.{name}")


def _items(root, _schema, wanted, value, at):
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _check(root, wanted, item, f"{at}[{index}]")


def _reference(root, _schema, wanted, value, at):
    if not wanted.startswith("#/"):
        raise ValueError(f"json_schema.py does not follow {wanted!r}")
    target = root
    for part in wanted[2:].split("/"):
        target = target[part]
    yield from _check(root, target, value, at)


def _choice(root, _schema, wanted, value, at, exactly_one=False):
    tries = [list(_check(root, schema, value, at)) for schema in wanted]
    fitting = sum(not found for found in tries)
    if fitting == 0:
        yield f"{at}: fits no alternative: " + "; or ".join(found[0] for found in tries)
    elif exactly_one and fitting > 1:
        yield f"{at}: fits {fitting} alternatives, not one"


def _one_of(root, schema, wanted, value, at):
    yield from _choice(root, schema, wanted, value, at, exactly_one=True)


def _all_of(root, _schema, wanted, value, at):
    for schema in wanted:
        yield from _check(root, schema, value, at)


def _bound(fits, words):
    def check(_root, _schema, wanted, value, at):
        if _is("number", value) and not fits(value, wanted):
            yield f"{at}: {value} is {words} {wanted}"
    return check


def _size(kind, fits, words):
    def check(_root, _schema, wanted, value, at):
        if isinstance(value, kind) and not fits(len(value), wanted):
            yield f"{at}: has {words} {wanted} parts"
    return check


def _pattern(_root, _schema, wanted, value, at):
    if isinstance(value, str) and not re.search(wanted, value):
        yield f"{at}: {value!r} does not match {wanted}"


_CHECKS = {
    "type": _type, "enum": _enum, "const": _const, "required": _required, "properties": _properties,
    "additionalProperties": _additional, "items": _items, "$ref": _reference, "anyOf": _choice, "oneOf": _one_of,
    "allOf": _all_of, "pattern": _pattern,
    "minimum": _bound(lambda value, limit: value >= limit, "below"),
    "maximum": _bound(lambda value, limit: value <= limit, "above"),
    "exclusiveMinimum": _bound(lambda value, limit: value > limit, "not above"),
    "minItems": _size(list, lambda size, limit: size >= limit, "fewer than"),
    "maxItems": _size(list, lambda size, limit: size <= limit, "more than"),
    "minLength": _size(str, lambda size, limit: size >= limit, "fewer than"),
    "format": lambda *_: (),
}
