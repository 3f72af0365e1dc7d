"""Decision tables as people write them in a DMN editor who know FEEL and Excel, judged before the check saw them.

name -> (case, codes of findings: every one of them is told, and no other error or warning).
Corrected after the check had seen them: the case schema of the tests has no cost below zero (two labels), a word without
quotes has a code of its own, a misspelt part of an output is told once. Of the others two had been missed: 10-20, and
10,000 after a sign.
"""

from tests.unit.check.tables.cases import CHANNEL, COST, LEVEL, NAME, SAFETY, A, B, C, Case, one, two

DAY = "approval.on"
Judged = tuple[Case, frozenset[str]]


def told(*codes: str) -> frozenset[str]:
    return frozenset(codes)


OUTSIDER: dict[str, Judged] = {
    # Gaps.
    "ten itself": (one("UNIQUE", COST, ("< 10", A), ("(10..20]", B), ("> 20", C), ("null", A)), told("K613")),
    "a negative amount": (one("UNIQUE", COST, ("[0..100)", A), (">= 100", B), ("null", C)), told()),
    "half open on both sides": (one("UNIQUE", COST, ("[0..5)", A), ("(5..9]", B), ("< 0", A), ("> 9", A), ("null", C)),
                                told("K613", "K322")),
    "the open interval written the other way": (
        one("UNIQUE", COST, ("]0..5[", A), ("<= 0", B), ("> 5", C), ("null", A)), told("K613")),
    "yes only": (one("UNIQUE", SAFETY, ("true", A)), told("K613")),
    "all numbers, and what is not filled": (one("UNIQUE", COST, ("< 0", A), ("[0..10]", B), ("> 10", C), ("null", A)),
                                            told("K322")),
    "negation closes the list": (one("UNIQUE", NAME, ('"x","y"', A), ('not("x","y")', B)), told()),
    "negation forgets one": (one("UNIQUE", NAME, ('"x"', A), ('not("x","y")', B)), told("K613")),
    "the negation of an order": (one("UNIQUE", COST, ("> 5", A), ("not(> 5)", B)), told()),
    "a dash is everything": (two("FIRST", LEVEL, CHANNEL, ("1", '"phone"', A), ("-", "-", B)), told()),
    "nothing written is everything": (two("FIRST", LEVEL, CHANNEL, ("1", "", A), ("", "", B)), told()),
    # Overlaps and rules that never come.
    "both hold at ten": (one("UNIQUE", COST, ("<= 10", A), (">= 10", B), ("null", C)), told("K615")),
    "one inside the other": (one("UNIQUE", COST, ("[0..100]", A), ("[10..20]", B), ("not([0..100])", C)), told("K615")),
    "twice the same text": (one("UNIQUE", NAME, ('"x"', A), ('"x","y"', B), ('not("x","y")', C)), told("K615")),
    "the wide one comes first": (one("FIRST", COST, ("> 5", A), ("> 10", B), ("", C)), told("K616")),
    "two make the third superfluous": (
        one("FIRST", COST, ("<= 5", A), ("> 5", B), ("[2..8]", C), ("", A)), told("K616")),
    "after everything": (one("FIRST", COST, ("", A), ("> 10", B)), told("K616")),
    "an interval the wrong way round": (one("FIRST", COST, ("[20..10]", A), ("", B)), told("K617")),
    "an empty interval": (one("FIRST", COST, ("(5..5)", A), ("", B)), told("K617")),
    "both at once": (one("FIRST", COST, ("? > 10 and ? < 5", A), ("", B)), told("K617")),
    # Spellings.
    "a word without quotes": (one("FIRST", NAME, ("approved", A), ("", B)), told("K604")),
    "quotes of a word processor": (one("FIRST", NAME, ("“approved”", A), ("", B)), told("K301")),
    "wide signs of a Chinese keyboard": (one("FIRST", COST, ("＞10", A), ("", B)), told("K301")),
    "wide comma between texts": (one("FIRST", NAME, ('"x"，"y"', A), ("", B)), told("K301")),
    "a quote forgotten": (one("FIRST", NAME, ('"approved', A), ("", B)), told("K301")),
    "a range with a hyphen": (one("FIRST", COST, ("10-20", A), ("", B)), told("K603")),
    "a range without brackets": (one("FIRST", COST, ("10..20", A), ("", B)), told("K603")),
    "thousands with a comma": (one("FIRST", COST, ("> 10,000", A), ("", B)), told("K612")),
    "two conditions and a bare one": (one("FIRST", COST, (">= 10 and < 20", A), ("", B)), told("K301")),
    "thousands with a comma, alone": (one("FIRST", COST, ("10,000", A), ("", B)), told("K612")),
    "hundreds side by side": (one("FIRST", COST, ("100,200", A), ("", B)), told()),
    "a range with a wave": (one("FIRST", COST, ("10～20", A), ("", B)), told("K603")),
    "one equals sign": (one("FIRST", COST, ("= 10", A), ("", B)), told()),
    "a text for a number": (one("FIRST", COST, ('"10"', A), ("", B)), told("K321")),
    "a number for a text": (one("FIRST", NAME, ("10", A), ("", B)), told("K321")),
    "a text for yes": (one("FIRST", SAFETY, ('"true"', A), ("", B)), told("K321")),
    "yes in capitals": (one("FIRST", SAFETY, ("TRUE", A), ("", B)), told("K604")),
    "the function of FEEL for a date": (one("FIRST", DAY, ('< date("2026-01-01")', A), ("", B)), told("K307")),
    "a choice misspelt": (one("FIRST", CHANNEL, ('"fone"', A), ("", B)), told("K309")),
    "a part misspelt": (one("FIRST", "grading.levle", ("1", A), ("", B)), told("K308")),
    "a field misspelt": (one("FIRST", "gradng.level", ("1", A), ("", B)), told("K302")),
    "a result without quotes": (one("FIRST", COST, ("> 5", "severe"), ("", A)), told("K604")),
    "a result that is a number where a text belongs": (one("FIRST", COST, ("> 5", "5"), ("", A)), told("K620", "K619")),
    "a result misspelt": (
        Case("FIRST", (COST,), (LEVEL,), (("> 5", "high"), ("", "1"))), told("K604")),
    "an output misspelt": (one("FIRST", COST, ("> 5", A), ("", B), output="grading.raeson"), told("K306")),
    "what is not filled": (one("UNIQUE", COST, ("null", A), ("not(null)", B)), told()),
    "a text with a comma": (one("FIRST", NAME, ('"Müller, Sons"', A), ("", B)), told()),
    "Chinese texts": (one("UNIQUE", NAME, ('"华为"', A), ('not("华为")', B)), told()),
}  # fmt: skip
