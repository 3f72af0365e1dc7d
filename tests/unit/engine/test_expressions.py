"""The expression language: rules for null, what is refused, bounds."""

import pytest

from server.engine import ExpressionError, expression_names, parse_expression
from server.engine.expressions import Evaluator

CASE = {
    "problem": {"defect": "scratch", "quantity": 7, "parts": [{"no": "A", "qty": 2}, {"no": "B", "qty": 5}]},
    "empty": None,
    "zero": 0,
    "name": " Anna ",
}


def value(source: str, **functions: object) -> object:
    def lookup(name: str) -> object:
        if name in CASE:
            return CASE[name]
        if name == "unfilled":
            return None
        raise NameError(name)

    return Evaluator(functions).evaluate(source, lookup)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("problem.quantity > 5", True),
        ("problem['quantity'] + 1", 8),
        ("problem.defect == 'scratch' and not empty", True),
        ("unfilled.any.depth", None),
        ("problem.missing.more", None),
        ("unfilled == null", True),
        ("unfilled > 3", False),
        ("unfilled <= 3", False),
        ("3 < unfilled", False),
        ("unfilled + 1", None),
        ("-unfilled", None),
        ("problem.quantity * unfilled", None),
        ("unfilled in ['a']", False),
        ("'a' in unfilled", False),
        ("'a' not in unfilled", True),
        ("len(unfilled)", 0),
        ("sum(unfilled)", 0),
        ("max(unfilled, 3)", 3),
        ("round(unfilled)", None),
        ("unfilled.lower()", None),
        ("unfilled[0]", None),
        ("problem.parts[9]", None),
        ("problem.parts[1].no", "B"),
        ("sum(part.qty for part in problem.parts)", 7),
        ("[part.no for part in problem.parts if part.qty > 2]", ["B"]),
        ("any(part.no == 'A' for part in problem.parts)", True),
        ("[x for x in unfilled]", []),
        ("name.strip().lower()", "anna"),
        ("problem.get('defect')", "scratch"),
        ("'yes' if zero else 'no'", "no"),
        ("7 // 2 + 7 % 2", 4),
        ("'a' + 'b'", "ab"),
        ("1 < problem.quantity <= 7", True),
        ("{'a': 1}", {"a": 1}),
        ("true and not false", True),
        ("  zero == 0  ", True),
        ("handed_in(2)", 4),
    ],
)
def test_values(source: str, expected: object) -> None:
    assert value(source, handed_in=lambda number: number * 2) == expected


@pytest.mark.parametrize(
    "source",
    [
        "unknown_name", "unknown_function(1)", "__import__('os')", "().__class__", "problem.__class__",
        "'{0}'.format(1)", "f'{name}'", "'%s' % name", "2 ** 9", "1 << 9", "9 >> 1", "9 | 1", "9 ^ 1", "~9",
        "'a' * 1000", "[0] * 1000", "lambda: 1", "(x := 1)", "name.replace('a', 'b')", "name.ljust(9)",
        "[x for x in [1] for y in [1]]", "[[y for y in [1]] for x in [1]]", "{x for x in [1]}", "{1: x for x in [1]}",
        "max(*[1])", "dict(**problem)", "{**problem}", "`name`", "= zero", "${zero}", "a && b", "", "1; 2", "name = 1",
        "await name", "yield", "b'x'", "1j", "...", "10" * 20, "9223372036854775807 * 9223372036854775807",
        "1.0 * 1e18 * 1e18", "'a' > 1", "zero / zero", "len(1)", "name.no_field", "problem.parts.qty", "open('x')",
        "eval('1')", "(lambda x: x)(1)", "problem.parts[0].get.__self__", "x" * 3000, "(" * 500 + "1" + ")" * 500,
        "sum([1 for x in range(99)])", "'a'.split('')", "int('9' + name)", "print", "True.real",
    ],
)  # fmt: skip
def test_refused(source: str) -> None:
    with pytest.raises(ExpressionError):
        value(source)


def test_bounds_hold_for_growing_texts_and_many_steps() -> None:
    CASE["long"] = "x" * 60_000
    CASE["many"] = list(range(40_000))
    try:
        with pytest.raises(ExpressionError, match="too long"):
            value("long + long")
        with pytest.raises(ExpressionError, match="too many steps"):
            value("[x + x for x in many]")
    finally:
        del CASE["long"], CASE["many"]


def test_a_tree_is_parsed_once() -> None:
    assert parse_expression("problem.quantity > 5") is parse_expression("problem.quantity > 5")


def test_names_for_the_checker() -> None:
    names, functions = expression_names("any(p.qty > limit(x) for p in problem.parts) and true")
    assert (names, functions) == ({"problem", "x"}, {"any", "limit"})
