"""Where running cases go on in a version that has not what they stand at, and where it keeps what they hold.

Told as one JSON object: `{"old step": "new step", "/old/field": "/new/field"}`. What begins with `/` is a JSON pointer
into the case file, in which `*` stands for every row of a list; anything else is the id of an element of a diagram.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

from server.domain.case_changes import tokens
from server.domain.json_gate import pointer_token
from server.domain.rejection import Rejected
from server.i18n import N_

MOST, LONGEST = 200, 200
ROWS = "*"
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CaseMapping:
    """elements: (old id, new id); fields: (old pointer, new pointer). Hashable, since answers are kept by it."""

    elements: Pairs = ()
    fields: Pairs = ()

    @classmethod
    def read(cls, given: Any) -> Self:
        """From the JSON object; raises Rejected `malformed.mapping`."""
        if not isinstance(given, Mapping) or len(given) > MOST:
            raise _malformed(N_("A mapping is an object of at most {most} texts: old name to new name."), most=MOST)
        for old, new in given.items():
            _check_pair(old, new)
        fields = tuple((old, new) for old, new in sorted(given.items()) if old.startswith("/"))
        _check_fields(fields)
        return cls(tuple((old, new) for old, new in sorted(given.items()) if not old.startswith("/")), fields)

    def __bool__(self) -> bool:
        return bool(self.elements or self.fields)

    def to_json(self) -> dict[str, str]:
        """As `read` takes it."""
        return dict(self.elements + self.fields)

    def backwards(self) -> Self:
        """The fields alone, from where they are now to where they were."""
        return type(self)((), tuple(sorted((new, old) for old, new in self.fields)))

    def move(self, case: dict[str, Any]) -> list[str]:
        """Move the fields of a case file in place; pointers of new fields that are filled already, and stay so."""
        taken: list[str] = []
        moves = [
            (before, after, holder, value)
            for before, after in ((tokens(old), tokens(new)) for old, new in self.fields)
            for holder, value in _held(case, before)
        ]
        # All are looked for before the first is moved, so that two fields may change places.
        for before, _after, holder, _value in moves:
            _drop(holder, _last(before))
        for before, after, holder, value in moves:
            if not _put(holder, _last(after), value):
                taken.append("".join(f"/{pointer_token(token)}" for token in after))
                _put(holder, _last(before), value)
        return list(dict.fromkeys(taken))


NO_MAPPING = CaseMapping()


def _check_pair(old: Any, new: Any) -> None:
    if not all(isinstance(name, str) and 0 < len(name) <= LONGEST for name in (old, new)):
        raise _malformed(N_("The names in a mapping have 1 to {longest} characters."), longest=LONGEST)
    if old.startswith("/") is not new.startswith("/"):
        sentence = N_("Map a step to a step and a field (/a/b) to a field: {old} and {new} are not of one kind.")
        raise _malformed(sentence, old=old, new=new)


def _check_fields(fields: Pairs) -> None:
    for side in (0, 1):
        names = sorted(f"{pair[side]}/" for pair in fields)
        for name, other in pairwise(names):
            if other.startswith(name):
                sentence = N_("{other} lies in {name}: map one of them.")
                raise _malformed(sentence, name=name[:-1], other=other[:-1])
    for old, new in fields:
        if _shared(tokens(old)) != _shared(tokens(new)):
            sentence = N_("{old} and {new} are not in the same rows: a value stays in its row.")
            raise _malformed(sentence, old=old, new=new)
        if old == new or not all(tokens(old) + tokens(new)):
            raise _malformed(N_("{old} cannot be mapped to {new}."), old=old, new=new)


def _shared(path: list[str]) -> list[str]:
    """The steps up to the innermost rows."""
    return path[: len(path) - len(_last(path))]


def _last(path: list[str]) -> list[str]:
    """The steps within the innermost rows."""
    return path[len(path) - path[::-1].index(ROWS) :] if ROWS in path else path


def _held(value: Any, path: list[str]) -> Iterator[tuple[dict[str, Any], Any]]:
    """(object the last steps begin at, what is there) for each place that has a value."""
    for holder in _holders(value, _shared(path)):
        here: Any = holder
        for token in _last(path):
            here = here.get(token) if isinstance(here, dict) else None
        if here is not None:
            yield holder, here


def _holders(value: Any, path: list[str]) -> Iterator[dict[str, Any]]:
    if not path:
        if isinstance(value, dict):
            yield value
    elif path[0] == ROWS:
        for row in value if isinstance(value, list) else ():
            yield from _holders(row, path[1:])
    elif isinstance(value, dict):
        yield from _holders(value.get(path[0]), path[1:])


def _drop(holder: dict[str, Any], path: list[str]) -> None:
    """Take a value away, with the groups that are empty without it."""
    head, *rest = path
    if rest and isinstance(holder.get(head), dict):
        _drop(holder[head], rest)
    if not rest or not holder.get(head):
        holder.pop(head, None)


def _put(holder: dict[str, Any], path: list[str], value: Any) -> bool:
    *groups, last = path
    here = holder
    for token in groups:
        inner = here.get(token)
        if inner is not None and not isinstance(inner, dict):
            return False
        here = here.setdefault(token, {}) if inner is None else inner
    if here.get(last) is not None:
        return False
    here[last] = value
    return True


def _malformed(message: str, **params: Any) -> Rejected:
    return Rejected("malformed.mapping", message, field="/mapping", **params)
