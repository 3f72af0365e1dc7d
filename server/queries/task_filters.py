"""By what the task list may be narrowed, and what of it the database is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, and_, bindparam, or_, select

from server.casework.context import Context
from server.casework.desk_entries import IS_DUE, REGISTER, entry_of_row
from server.domain.desk_search import DESCRIPTION, LEVEL, LONGEST_ASKED, ORDER, PART, Entry, fold, terms_of
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import CaseFile, DeskEntry, ProcessInstance, UserAccount, UserTask
from server.queries.paging import like

STATES, ORDERS = ("open", "completed", "cancelled"), ("due", "created")
VIEWS = ("groups", "mine", "substitutes", "all")
TEXTS = {"number": "", "customer": "", "part": PART, "order_no": ORDER}
"""Filters that look for a text in one field, with the key of the register's column where it is one."""
_TOLD = tuple(CaseFile.columns[key].as_string() for key in (PART, ORDER, DESCRIPTION))
FRESH = 300
"""So many of the newest complaints that the sweep has not come to are read without the index."""
ONE_OF = {
    "state": ("malformed.state", STATES),
    "order": ("malformed.order", ORDERS),
    "view": ("malformed.view", VIEWS),
}
"""What is one of a few words: the code of its refusal, and the words."""


@dataclass(frozen=True, kw_only=True)
class TaskFilter:
    """What is asked of the list; None lets everything through. `q`: all of its words, in any text of the complaint, or
    the name of the step. `number`, `customer`, `part`, `order_no`: that text anywhere in the field. `step` is an
    element id, `case` a whole number.
    """

    view: str = "all"
    state: str = "open"
    order: str = "due"
    group: str | None = None
    assignee: str | None = None
    case: str | None = None
    q: str | None = None
    number: str | None = None
    customer: str | None = None
    part: str | None = None
    order_no: str | None = None
    step: str | None = None
    level: str | None = None

    @classmethod
    def read(cls, given: Mapping[str, str | None]) -> Self:
        """Raises Rejected `malformed.…` for an unknown view, state or order, and for what is too long."""
        asked = {name: (given.get(name) or "").strip() for name in _NAMES}
        for name, value in asked.items():
            if len(value) > LONGEST_ASKED:
                raise Rejected(
                    "malformed.value",
                    N_("Look for {count} characters at most; a few words of it are enough."),
                    field=f"/{name}",
                    count=LONGEST_ASKED,
                )
        found = cls(**{name: value.replace("\0", "") for name, value in asked.items() if value})
        for name, (code, known) in ONE_OF.items():
            if getattr(found, name) not in known:
                raise Rejected(
                    code,
                    N_("{name} must be one of {known}."),
                    field=f"/{name}",
                    name=name,
                    known=", ".join(known),
                )
        return found

    @property
    def narrowed(self) -> dict[str, str]:
        """What lets less through than the view does."""
        return {name: value for name in NARROWING if (value := getattr(self, name))}


_NAMES = tuple(each.name for each in fields(TaskFilter))
NARROWING = tuple(name for name in _NAMES if name not in ONE_OF)


@dataclass(frozen=True)
class Asked:
    """A filter as the database is asked: `names` say which conditions there are, `values` their parameters.

    `texts` are the folded texts by filter, `terms` the words of `q`; `steps` what steps are called by them. `is_empty`:
    nothing can fit.
    """

    names: frozenset[str] = frozenset()
    values: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    terms: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    fresh: tuple[int, ...] = ()
    is_empty: bool = False

    @property
    def of_case(self) -> frozenset[str]:
        """The conditions on what the complaint says."""
        return self.names & {*TEXTS, "level", "q"}


def asked_of(connection: Connection, context: Context, wanted: TaskFilter) -> Asked:
    """What `wanted` comes to at this moment."""
    values: dict[str, Any] = {
        name: getattr(wanted, name) for name in ("group", "case", "step") if getattr(wanted, name)
    }
    texts = {name: text for name in (*TEXTS, "level") if (text := fold(getattr(wanted, name) or ""))}
    terms = terms_of(wanted.q or "")
    names = {*values, *texts, *(["q"] if terms else [])}
    if wanted.assignee:
        query = select(UserAccount.id).where(UserAccount.username == wanted.assignee)
        values["person"] = connection.execute(query).scalar_one_or_none()
        names.add("assignee")
        if values["person"] is None:
            return Asked(is_empty=True)
    steps = steps_called(context, terms) if terms else ()
    # The register has a level as the form writes it, the entry has it folded.
    level = texts.get("level") if wanted.state == "open" else wanted.level
    values |= {name: level if name == "level" else like(text) for name, text in texts.items()}
    values |= {f"q{place}": like(term) for place, term in enumerate(terms)} | ({"named": steps} if terms else {})
    if not names & {*TEXTS, "level", "q"} or wanted.state != "open":
        return Asked(frozenset(names), values, texts, terms, steps)
    fresh = _fresh(connection)
    values["unread"] = list(fresh)
    values["fresh"] = [one for one, entry in fresh.items() if _fits(entry, texts)]
    if terms:
        values["fresh_q"] = [one for one, entry in fresh.items() if all(term in entry.words for term in terms)]
    return Asked(frozenset(names), values, texts, terms, steps, tuple(fresh))


def conditions(names: frozenset[str], terms: int, is_open: bool) -> list[ColumnElement[bool]]:
    """The conditions of those filters, on a query that joins CaseFile, for open tasks DeskEntry (outer), too."""
    found: list[ColumnElement[bool]] = []
    if "group" in names:
        found.append(UserTask.candidate_group == bindparam("group"))
    if "step" in names:
        found.append(UserTask.element_id == bindparam("step"))
    if "case" in names:
        found.append(CaseFile.number == bindparam("case"))
    if "assignee" in names:
        person = bindparam("person", type_=UserTask.assignee_id.type)
        found.append(or_(UserTask.assignee_id == person, UserTask.claimed_by == person))
    found += _of_open_case(names, terms) if is_open else _of_any_case(names, terms)
    return found


def steps_called(context: Context, terms: tuple[str, ...]) -> tuple[str, ...]:
    """Ids of the user tasks whose name has all these words, in any language, in the current versions."""
    found = set()
    for key in sorted(context.library.keys()):
        for element in context.library.current(key).definition.elements.values():
            if element.kind == "user_task" and all(term in fold(element.name) for term in terms):
                found.add(element.id)
    return tuple(sorted(found))


def _of_open_case(names: frozenset[str], terms: int) -> list[ColumnElement[bool]]:
    """By the entry; a complaint that the sweep has not come to since it changed, by what was read of it."""
    # By the list: the mark itself stands behind the whole case file, which a walk had better not read.
    up_to_date = UserTask.case_id.not_in(bindparam("unread", expanding=True))
    found: list[ColumnElement[bool]] = []
    texts = [getattr(DeskEntry, name).like(bindparam(name), escape="\\") for name in TEXTS if name in names]
    if "level" in names:
        texts.append(DeskEntry.level == bindparam("level"))
    if texts:
        found.append(or_(and_(up_to_date, *texts), UserTask.case_id.in_(bindparam("fresh", expanding=True))))
    if "q" in names:
        words = [DeskEntry.words.like(bindparam(f"q{place}"), escape="\\") for place in range(terms)]
        fresh = UserTask.case_id.in_(bindparam("fresh_q", expanding=True))
        found.append(or_(and_(up_to_date, *words), fresh, _is_named()))
    return found


def _of_any_case(names: frozenset[str], terms: int) -> list[ColumnElement[bool]]:
    """For tasks that have ended: their complaint may have no entry any more, so the register is looked through."""
    found: list[ColumnElement[bool]] = []
    for name, key in TEXTS.items():
        if name in names:
            column = CaseFile.columns[key].as_string() if key else getattr(CaseFile, name)
            found.append(column.ilike(bindparam(name), escape="\\"))
    if "level" in names:
        found.append(CaseFile.columns[LEVEL].as_string() == bindparam("level"))
    if "q" in names:
        columns = (CaseFile.number, CaseFile.title, CaseFile.customer, *_TOLD)
        words = [
            or_(*(column.ilike(bindparam(f"q{place}"), escape="\\") for column in columns)) for place in range(terms)
        ]
        found.append(or_(and_(*words), _is_named()))
    return found


def _is_named() -> ColumnElement[bool]:
    return UserTask.element_id.in_(bindparam("named", expanding=True))


def _fresh(connection: Connection) -> dict[int, Entry]:
    query = (
        select(CaseFile.id, *REGISTER)
        .join(ProcessInstance, ProcessInstance.case_id == CaseFile.id)
        .where(IS_DUE, ProcessInstance.ended_at.is_(None))
        .order_by(CaseFile.id.desc())
        .limit(FRESH)
    )
    return {row.id: entry_of_row(row) for row in connection.execute(query)}


def _fits(entry: Entry, texts: Mapping[str, str]) -> bool:
    return all(
        getattr(entry, name) == text if name == "level" else text in getattr(entry, name)
        for name, text in texts.items()
    )
