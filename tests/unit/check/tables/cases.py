"""Decision tables and what the check has to say of each, written down before the rules that say it.

A case: hit policy, input expressions, output paths, rows of cells, and the findings as (code, rule, words that must stand
in the sentence); rule is None for a finding about the whole table. An empty list: nothing may be found.
"""

from typing import NamedTuple


class Case(NamedTuple):
    policy: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    findings: tuple[tuple[str, int | None, tuple[str, ...]], ...] = ()


COST, LEVEL, DECISION, CHANNEL, SAFETY = (
    "grading.cost", "grading.level", "approval.decision", "channel", "grading.safety",
)  # fmt: skip
REASON, OPINION = "grading.reason", "approval.opinion"
NAME, ON = "customer.name", "approval.on"


def one(policy: str, source: str, *rows: tuple[str, str], found: tuple = (), output: str = REASON) -> Case:
    return Case(policy, (source,), (output,), rows, found)


def two(policy: str, first: str, second: str, *rows: tuple[str, str, str], found: tuple = ()) -> Case:
    return Case(policy, (first, second), (REASON,), rows, found)


A, B, C = '"a"', '"b"', '"c"'

GAPS = {
    "the limit itself": one(
        "UNIQUE", COST, ("< 10000", A), ("> 10000", B), ("null", C), found=(("K613", None, ("grading.cost = 10000",)),)
    ),
    "the limit itself, under FIRST": one(
        "FIRST", COST, ("< 10000", A), ("> 10000", B), ("null", C), found=(("K613", None, ("grading.cost = 10000",)),)
    ),
    "between two ranges": one(
        "UNIQUE", COST, ("[0..10]", A), ("]20..30]", B), ("> 30", C), ("null", A), found=(("K613", None, (COST,)),)
    ),
    "above the last range": one(
        "UNIQUE", COST, ("[0..10]", A), ("]10..30]", B), ("null", A), found=(("K613", None, (COST,)),)
    ),
    "a whole number between": one(
        "UNIQUE", LEVEL, ("< 3", A), ("> 3", B), ("null", A), found=(("K613", None, ("grading.level = 3",)),)
    ),
    "a choice forgotten": one(
        "UNIQUE", DECISION, ('"approved"', A), ('"refused"', B), ("null", A),
        found=(("K613", None, ('approval.decision = "open"',)),),
    ),
    "any other text": one("FIRST", NAME, ('"x"', A), ('"y"', B), ("null", C), found=(("K613", None, (NAME,)),)),
    "false forgotten": one("UNIQUE", SAFETY, ("true", A), ("null", B), found=(("K613", None, ("grading.safety = false",)),)),
    "one corner of two columns": two(
        "UNIQUE", LEVEL, CHANNEL,
        ("<= 2", '"phone"', A), ("<= 2", 'not("phone")', B), ("> 2", '"email","web",null', C), ("null", "", A),
        found=(("K613", None, ('channel = "phone"',)),),
    ),
    "only what is not filled": one("UNIQUE", COST, ("< 10", A), (">= 10", B), found=(("K614", None, (COST,)),)),
    "only what is not filled, of choices": one(
        "UNIQUE", CHANNEL, ('"phone"', A), ('"email","web"', B), found=(("K614", None, (CHANNEL,)),)
    ),
}  # fmt: skip

COVERED = {
    "a last row for everything else": one("FIRST", COST, ("> 5", A), ("", B)),
    "a dash for everything else": one("FIRST", COST, ("> 5", A), ("-", B)),
    "every choice and null": one("UNIQUE", CHANNEL, ('"phone"', A), ('"email","web"', B), ("null", C)),
    "a choice and all others": one("UNIQUE", CHANNEL, ('"phone"', A), ('not("phone")', B)),
    "all whole numbers in the limits": one(
        "UNIQUE", LEVEL, ("1", A), ("2", B), ("3", C), ("4", A), ("5", B), ("null", C)
    ),
    "ranges that touch": one("UNIQUE", COST, ("[0..10[", A), ("[10..20]", B), ("> 20", C), ("null", A)),
    "below the minimum nothing is needed": one("UNIQUE", LEVEL, ("[1..5]", A), ("null", B)),
    "both truths and null": one("UNIQUE", SAFETY, ("true", A), ("false", B), ("null", C)),
    "COLLECT leaves gaps on purpose": one("COLLECT", CHANNEL, ('"phone"', A), ('"email"', B)),
    "RULE ORDER too": one("RULE ORDER", CHANNEL, ('"phone"', A), ('"phone"', B)),
    "a comparison with another field may hold": two(
        "FIRST", COST, LEVEL, ("> grading.level * 1000", "", A), ("", "", B)
    ),
    "a function of today may hold": one("FIRST", ON, ("< today()", A), ("", B)),
    "dates in order": one(
        "UNIQUE", ON, ('< "2026-01-01"', A), ('>= "2026-01-01"', B), ("null", C)
    ),
    "a question mark on both sides": one("UNIQUE", COST, ("? <= 5", A), ("5 < ?", B), ("null", C)),
    "a list of values": one("UNIQUE", CHANNEL, ('? in ["phone", "web"]', A), ('"email"', B), ("null", C)),
    "the same column twice": two("UNIQUE", COST, COST, (">= 10", "", A), ("", "< 10", B), ("null", "null", C)),
    "columns that count different rows are looked at": two(
        "FIRST", "len(team)", "len(photos)", ("> 0", "> 0", A), found=(("K613", None, (") = 0",)),)
    ),
    "columns that depend on each other are not mixed": two(
        "UNIQUE", LEVEL, "grading.level > 3", ("1", "true", A), ("", "false", B)
    ),
    "a computed column": one("FIRST", "grading.cost * 2", ("> 5", A), ("", B)),
    "a column of rows": one("FIRST", "len(team)", ("0", A), ("> 0", B)),
    "a column with a choice": one(
        "UNIQUE", 'grading.cost if grading.cost != null else 0', ("< 7", A), (">= 7", B), ("null", C)
    ),
}  # fmt: skip

CONTRADICTIONS = {
    "ranges that share their end": one(
        "UNIQUE", COST, ("<= 10", A), (">= 10", B), ("null", C), found=(("K615", 2, ("grading.cost = 10",)),)
    ),
    "the same with one result is still refused when it runs": one(
        "UNIQUE", COST, ("<= 10", A), (">= 10", A), ("null", C), found=(("K615", 2, ("grading.cost = 10",)),)
    ),
    "ANY with one result": one("ANY", COST, ("<= 10", A), (">= 10", A), ("null", C)),
    "ANY with two results": one(
        "ANY", COST, ("<= 10", A), (">= 10", B), ("null", C), found=(("K615", 2, ("grading.cost = 10",)),)
    ),
    "a row for everything under UNIQUE": one(
        "UNIQUE", CHANNEL, ('"phone"', A), ("", B), found=(("K615", 2, ('channel = "phone"',)),)
    ),
    "a policy that is not written is UNIQUE": one(
        "", CHANNEL, ('"phone"', A), ("", B), found=(("K615", 2, ('channel = "phone"',)),)
    ),
    "one of several values": one(
        "UNIQUE", CHANNEL, ('"phone","web"', A), ('"web","email"', B), ("null", C),
        found=(("K615", 2, ('channel = "web"',)),),
    ),
    "in two columns": two(
        "UNIQUE", LEVEL, SAFETY, ("<= 2", "", A), ("", "true", B), ("> 2", "false,null", C), ("null", "false,null", A),
        found=(("K615", 2, ("grading.safety = true",)),),
    ),
    "identical rows": one(
        "UNIQUE", CHANNEL, ('"phone"', A), ('"phone"', B), ('not("phone")', C), found=(("K615", 2, ("channel",)),)
    ),
    "apart in the second column": two(
        "UNIQUE", LEVEL, SAFETY,
        ("<= 2", "true", A), ("<= 2", "false,null", B), ("> 2", "", C), ("null", "", A),
    ),
}  # fmt: skip

UNREACHABLE = {
    "behind a wider row": one(
        "FIRST", COST, ("> 5", A), ("> 10", B), ("", C), found=(("K616", 2, ("1",)),)
    ),
    "behind the row for everything": one(
        "FIRST", COST, ("> 5", A), ("", B), ("> 3", C), found=(("K616", 3, ("2",)),)
    ),
    "the same cells twice": two(
        "FIRST", LEVEL, CHANNEL, ("1", '"web"', A), ("1", '"web"', B), ("", "", C), found=(("K616", 2, ("1",)),)
    ),
    "behind two rows together": one(
        "FIRST", CHANNEL, ('"phone"', A), ('"email","web"', B), ('not(null)', C), ("", A), found=(("K616", 3, ()),)
    ),
    "all choices are taken": one(
        "FIRST", CHANNEL, ('"phone"', A), ('"email"', B), ('"web"', C), ("null", A), ("", B), found=(("K616", 5, ()),)
    ),
    "a narrower row first": one("FIRST", COST, ("> 10", A), ("> 5", B), ("", C)),
    "other columns": two("FIRST", LEVEL, CHANNEL, ("<= 2", "", A), ("", '"web"', B), ("", "", C)),
    "a row that only may hold takes nothing away": one("FIRST", ON, ("< today()", A), ("< today()", B), ("", C)),
}  # fmt: skip

NEVER = {
    "a range upside down": one(
        "FIRST", COST, ("[10..5]", A), ("", B), found=(("K617", 1, ("[10..5]",)),)
    ),
    "above and below": one("FIRST", COST, ("? > 10 and ? < 5", A), ("", B), found=(("K617", 1, ()),)),
    "above the maximum": one("FIRST", LEVEL, ("> 5", A), ("", B), found=(("K322", 1, ("5",)),)),
    "a number that cannot be": one("FIRST", LEVEL, ("7", A), ("", B), found=(("K322", 1, ("7",)),)),
    "a part of a whole number": one("FIRST", LEVEL, ("2.5", A), ("", B), found=(("K617", 1, ("2.5",)),)),
    "not of nothing": one("FIRST", COST, ("not(-)", A), ("", B), found=(("K617", 1, ("not(-)",)),)),
    "a misspelt choice": one(
        "FIRST", DECISION, ('"aproved"', A), ("", B), found=(("K309", 1, ("aproved", "approval.decision")),)
    ),
    "a misspelt choice among others": one(
        "FIRST", DECISION, ('"refused","aproved"', A), ("", B), found=(("K309", 1, ("aproved",)),)
    ),
    "a misspelt choice behind not": one(
        "FIRST", DECISION, ('not("aproved")', A), ('"approved"', B), ("", C),
        found=(("K309", 1, ("aproved",)), ("K616", 2, ()), ("K616", 3, ())),
    ),
    "a text for a number": one("FIRST", LEVEL, ('"3"', A), ("", B), found=(("K321", 1, ('"3"',)),)),
    "a number for a text": one("FIRST", CHANNEL, ("3", A), ("", B), found=(("K321", 1, ("3",)),)),
    "a text for a truth": one("FIRST", SAFETY, ('"yes"', A), ("", B), found=(("K321", 1, ()),)),
    "a text in order with a number": one("FIRST", NAME, ("> 3", A), ("", B), found=(("K320", 1, ()),)),
}  # fmt: skip

RESULTS = {
    "a result that is no choice": one(
        "FIRST", COST, ("> 5", '"aproved"'), ("", '"open"'), output=DECISION,
        found=(("K618", 1, ("aproved", "approval.decision")),),
    ),
    "a result of one of two choices": one(
        "FIRST", COST, ("> 5", '"approved" if grading.safety else "opne"'), ("", '"open"'), output=DECISION,
        found=(("K618", 1, ("opne",)),),
    ),
    "results that are choices": one("FIRST", COST, ("> 5", '"approved"'), ("", "null"), output=DECISION),
    "an empty result": one("FIRST", COST, ("> 5", '"approved"'), ("", ""), output=DECISION),
    "a text for a whole number": one(
        "FIRST", COST, ("> 5", '"1"'), ("", '"2"'), output=LEVEL, found=(("K620", 1, ()), ("K620", 2, ()))
    ),
    "a number above the maximum": one("FIRST", COST, ("> 5", "6"), ("", "5"), output=LEVEL, found=(("K620", 1, ("6",)),)),
    "a number for a text": one("FIRST", COST, ("> 5", A), ("", "1"), found=(("K620", 2, ()), ("K619", None, ("grading.reason",)))),
    "texts and numbers in one column": one(
        "FIRST", COST, ("> 5", '"high"'), ("", "0"), output="answer.x", found=(("K619", None, ("answer.x",)),)
    ),
    "numbers of both kinds": one("FIRST", COST, ("> 5", "1"), ("", "0.5"), output="answer.x"),
    "computed numbers": one("FIRST", COST, ("> 5", "grading.cost * 2"), ("", "0"), output="answer.x"),
    "null among texts": one("FIRST", COST, ("> 5", '"x"'), ("", "null"), output="answer.x"),
    "a part the field has not": one(
        "FIRST", COST, ("> 5", "1"), ("", "2"), output="grading.levl", found=(("K306", None, ("grading.levl",)),)
    ),
    "an input the field has not": one(
        "FIRST", "grading.csot", ("> 5", A), ("", B), found=(("K308", None, ("csot",)),)
    ),
}  # fmt: skip

CASES: dict[str, Case] = {
    **{f"gap: {name}": case for name, case in GAPS.items()},
    **{f"covered: {name}": case for name, case in COVERED.items()},
    **{f"contradiction: {name}": case for name, case in CONTRADICTIONS.items()},
    **{f"unreachable: {name}": case for name, case in UNREACHABLE.items()},
    **{f"never: {name}": case for name, case in NEVER.items()},
    **{f"result: {name}": case for name, case in RESULTS.items()},
}
