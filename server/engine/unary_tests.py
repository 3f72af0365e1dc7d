"""Input entries of decision tables: the unary tests a DMN editor writes, turned into expressions.

The library compares `"x","y"` with a tuple and reads `not("x")` as a Python negation; here they mean what DMN says.
"""

import re

INPUT = "dmn_input"
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")
_INTERVAL = re.compile(r"^([\[(\]])\s*(.+?)\s*\.\.\s*(.+?)\s*([\])\[])$", re.DOTALL)
_COMPARISON = re.compile(r"^(<=|>=|==|!=|<|>|=)")
_NEGATION = re.compile(r"^not\s*\((.*)\)$", re.DOTALL)
_MEMBERSHIP = re.compile(r"^(not\s+)?in\b")


def unary_test(text: str | None) -> str | None:
    """The expression of an input entry over the name `dmn_input`; None when the entry accepts everything."""
    entry = (text or "").strip()
    if entry in ("", "-"):
        return None
    negation = _NEGATION.match(entry)
    if negation and _balanced(negation.group(1)):
        inner = unary_test(negation.group(1))
        return f"not ({inner})" if inner else "false"
    return " or ".join(f"({_single(part)})" for part in split_outside(entry, ","))


def split_outside(text: str, separator: str) -> list[str]:
    """Split at a separator outside quotes and brackets."""
    masked = _QUOTED.sub(lambda match: "_" * len(match.group()), text)
    parts, depth, start = [], 0, 0
    interval = bool(_INTERVAL.match(masked.strip())) and masked.count("..") == 1
    for position, character in enumerate(masked):
        depth += (character in "([{") - (character in ")]}")
        if character == separator and depth == 0 and not interval:
            parts.append(text[start:position])
            start = position + 1
    return [part.strip() for part in [*parts, text[start:]]]


def _single(part: str) -> str:
    interval = _INTERVAL.match(part)
    if interval:
        opening, low, high, closing = interval.groups()
        lower = "<=" if opening == "[" else "<"
        upper = "<=" if closing == "]" else "<"
        return f"({low}) {lower} {INPUT} and {INPUT} {upper} ({high})"
    placed = _place_input(part)
    if placed != part:
        return placed
    comparison = _COMPARISON.match(part)
    if comparison:
        operator = comparison.group(1)
        return f"{INPUT} {'==' if operator == '=' else operator} ({part[comparison.end() :].strip()})"
    if _MEMBERSHIP.match(part):
        return f"{INPUT} {part}"
    return f"{INPUT} == ({part})"


def _place_input(part: str) -> str:
    """Put the input's name where a question mark stands outside quotes."""
    pieces, end = [], 0
    for match in _QUOTED.finditer(part):
        pieces += [part[end : match.start()].replace("?", INPUT), match.group()]
        end = match.end()
    return "".join([*pieces, part[end:].replace("?", INPUT)])


def _balanced(text: str) -> bool:
    depth = 0
    for character in _QUOTED.sub("", text):
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return depth == 0
