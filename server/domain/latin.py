"""English words cut down to what their forms share; roughly, as a search needs it."""

import re
from functools import lru_cache

_ENDINGS = ("nesses", "ness", "ingly", "edly", "ings", "ing", "ied", "ies", "ed", "es", "s", "er", "y", "e")
_DOUBLED = re.compile(r"([bdgklmnprt])\1$")
REMEMBERED = 20_000
SHORTEST = 3
"""What stays of a word: `use` is never cut to `us`."""

_STOP = """
a about after again all already also an and any are as at be been before but by can could do does down during each
for from get got had has have he her his how i if in into is it its just like more most my no not of off on one only
or other our out over own per please same she should since so some such than that the their them then there these
they this those through to too up very was we were what when where which while who why will with would yet you your
customer complain complaint found part piece
"""
STOP_WORDS = frozenset(_STOP.split())


@lru_cache(maxsize=REMEMBERED)
def stem(word: str) -> str:
    """`word` in lower case without its ending: leaks, leaking, leaked -> leak."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            word = word[: -len(ending)]
            break
    return _DOUBLED.sub(r"\1", word) if len(word) > SHORTEST else word
