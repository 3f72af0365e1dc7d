"""The tables of `application.toml`: register columns, groups of people, loops, costs; and how an entry is read."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.domain.rejection import Rejected
from server.i18n import N_, is_currency

FILE = "application.toml"

KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
_POINTER = re.compile(r"(/([^~/]|~[01])+)+")
_PATH = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
_CURRENCY = re.compile(r"[A-Z]{3}")
_RESERVED = "limit"


@dataclass(frozen=True)
class Column:
    """A register column: a projection of the case file."""

    pointer: str
    title: str


@dataclass(frozen=True)
class Group:
    """A group of people: `parent` is the key of the group above it, `lead` the user name of who leads it."""

    title: str
    parent: str | None = None
    lead: str | None = None


@dataclass(frozen=True)
class Loop:
    """Work that may be done again in rounds; all fields are dotted paths into the case file.

    keeps: what is frozen as the ended round; clears: what the next round starts without;
    reason: where the cause of the next round stands, the first filled one counts; `when` has those of them that
    count only while another field has a certain value: path -> (that field, that value).
    """

    title: str
    keeps: tuple[str, ...]
    clears: tuple[str, ...] = ()
    reason: tuple[str, ...] = ()
    when: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def paths(self) -> Iterator[tuple[str, str]]:
        """(entry, path) of every field of the case that the loop names."""
        for entry in ("keeps", "clears", "reason"):
            for path in getattr(self, entry):
                yield entry, path
        for path, _ in self.when.values():
            yield "reason", path


@dataclass(frozen=True)
class CostItem:
    """Money that people enter: `pointer` is the number in the case file, `step` the id of the element it belongs to."""

    title: str
    pointer: str
    step: str


@dataclass(frozen=True)
class Costs:
    """What a complaint costs. currency: ISO 4217.

    rate: of one working hour that a user task is open, where the task has no property costRate; None: nothing.
    """

    currency: str
    rate: float | None = None
    items: Mapping[str, CostItem] = field(default_factory=dict)


def wrong(entry: str, message: str, **params: Any) -> Rejected:
    """The refusal of `entry`; `message` may use {entry} and `params`."""
    return Rejected("bundle.application", message, field=f"{FILE}#{entry}", entry=entry, **params)


def table(entries: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The table `name`, empty when it is not there; raises Rejected."""
    value = entries.get(name, {})
    if not isinstance(value, dict):
        raise wrong(name, N_("{entry} in application.toml must be a table."))
    return value


def columns(entries: Mapping[str, Any]) -> dict[str, Column]:
    """The register columns by key; raises Rejected."""
    found = {}
    for key, entry in table(entries, "columns").items():
        if not isinstance(entry, dict) or set(entry) != {"pointer", "title"} or not KEY.fullmatch(key):
            raise wrong(f"columns.{key}", N_("{entry} in application.toml needs exactly a pointer and a title."))
        pointer = _title(entry, f"columns.{key}", "pointer")
        if not _POINTER.fullmatch(pointer):
            raise wrong(f"columns.{key}", N_("{entry} in application.toml needs a pointer like /customer/name."))
        found[key] = Column(pointer, _title(entry, f"columns.{key}"))
    return found


def groups(entries: Mapping[str, Any]) -> dict[str, Group]:
    """The groups by key, each written as its title or as a table; raises Rejected."""
    found = {}
    for key, entry in table(entries, "groups").items():
        place = f"groups.{key}"
        told = {"title": entry} if isinstance(entry, str) else _only(entry, place, ("title", "parent", "lead"))
        parent, lead = _word(told, place, "parent"), _word(told, place, "lead")
        found[key] = Group(_title(told, place), parent, lead)
    _check_parents(found)
    return found


def loops(entries: Mapping[str, Any]) -> dict[str, Loop]:
    """The loops by name; raises Rejected."""
    found = {}
    for key, entry in table(entries, "loops").items():
        place = f"loops.{key}"
        if not KEY.fullmatch(key) or key == _RESERVED:
            raise wrong(
                place, N_("{entry} in application.toml: a loop's name is lower-case letters, digits and _, not limit.")
            )
        told = _only(entry, place, ("title", "keeps", "clears", "reason"))
        keeps, clears = _paths(told, place, "keeps"), _paths(told, place, "clears")
        reason = _paths({"reason": _fields(told.get("reason", []))}, place, "reason")
        when = _conditions(told.get("reason", []), f"{place}.reason")
        if not keeps:
            raise wrong(f"{place}.keeps", N_("{entry} in application.toml must name what a round keeps."))
        found[key] = Loop(_title(told, place), keeps, clears, reason, when)
    return found


def costs(entries: Mapping[str, Any]) -> Costs | None:
    """The table `costs`, None without one; raises Rejected."""
    if "costs" not in entries:
        return None
    told = _only(entries["costs"], "costs", ("currency", "rate", "items"))
    currency, rate = told.get("currency"), told.get("rate")
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency) or not is_currency(currency):
        raise wrong("costs.currency", N_("{entry} in application.toml must be a currency of ISO 4217, such as CNY."))
    if rate is not None and (type(rate) not in (int, float) or not 0 <= rate < math.inf):
        raise wrong("costs.rate", N_("{entry} in application.toml must be a number that is not negative."))
    return Costs(currency, None if rate is None else float(rate), dict(_cost_items(told)))


def _cost_items(told: Mapping[str, Any]) -> Iterator[tuple[str, CostItem]]:
    for key, entry in _only(told.get("items", {}), "costs.items", told.get("items", {})).items():
        place = f"costs.items.{key}"
        if not KEY.fullmatch(key):
            raise wrong(place, N_("{entry} in application.toml: a name is lower-case letters, digits and _."))
        item = _only(entry, place, ("title", "pointer", "step"))
        pointer = _title(item, place, "pointer")
        if not _POINTER.fullmatch(pointer):
            raise wrong(place, N_("{entry} in application.toml needs a pointer like /customer/name."))
        yield key, CostItem(_title(item, place), pointer, _title(item, place, "step"))


def _only(entry: Any, place: str, names: Sequence[str]) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise wrong(place, N_("{entry} in application.toml must be a table."))
    for name in entry:
        if name not in names:
            raise wrong(
                f"{place}.{name}", N_("{entry} in application.toml is unknown. Known: {known}."), known=", ".join(names)
            )
    return entry


def _title(entry: Mapping[str, Any], place: str, name: str = "title") -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not value.strip():
        raise wrong(place, N_("{entry} in application.toml needs a {name}."), name=name)
    return value.strip()


def _word(entry: Mapping[str, Any], place: str, name: str) -> str | None:
    value = entry.get(name)
    if value is not None and (not isinstance(value, str) or not value.strip()):
        raise wrong(f"{place}.{name}", N_("{entry} in application.toml must be a name."))
    return value.strip() if value else None


def _paths(entry: Mapping[str, Any], place: str, name: str) -> tuple[str, ...]:
    value = entry.get(name, [])
    if not isinstance(value, list) or not all(isinstance(path, str) and _PATH.fullmatch(path) for path in value):
        raise wrong(
            f"{place}.{name}", N_("{entry} in application.toml must be a list of fields like plan or approval.opinion.")
        )
    return tuple(value)


def _fields(reasons: Any) -> Any:
    """The reasons with each table replaced by the field it names; what is no list stays to be refused."""
    if not isinstance(reasons, list):
        return reasons
    return [one.get("field") if isinstance(one, dict) else one for one in reasons]


def _conditions(reasons: list[Any], place: str) -> dict[str, tuple[str, str]]:
    found = {}
    for one in reasons:
        if not isinstance(one, dict):
            continue
        values = [one.get(name) for name in ("field", "when", "is")]
        if set(one) != {"field", "when", "is"} or not all(isinstance(value, str) for value in values):
            raise wrong(place, N_("{entry} in application.toml: a condition needs exactly field, when and is."))
        path, other, value = values
        if not _PATH.fullmatch(str(other)):
            raise wrong(
                place, N_("{entry} in application.toml must be a list of fields like plan or approval.opinion.")
            )
        found[str(path)] = (str(other), str(value))
    return found


def _check_parents(found: Mapping[str, Group]) -> None:
    for key, group in found.items():
        above, seen = group.parent, {key}
        while above is not None:
            if above not in found:
                raise wrong(
                    f"groups.{key}.parent",
                    N_("{entry} in application.toml names the group {parent}, which is not there."),
                    parent=above,
                )
            if above in seen:
                raise wrong(f"groups.{key}.parent", N_("{entry} in application.toml: the groups form a circle."))
            seen.add(above)
            above = found[above].parent
