"""Which complaints were about the same thing as this one, and what came of them?

The index names candidates by what few complaints say (see server/domain/similarity.py); those are compared as a whole.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, and_, case, func, or_, select

from server.casework.cases import seen_case
from server.casework.context import Context
from server.casework.desk_entries import IS_DUE
from server.casework.wait_rows import rfc3339
from server.casework.wordings import ACTIONS, CAUSES, first_filled, wording_of
from server.domain.in_common import in_common
from server.domain.similarity import Similar, asked_for, profile, rank, rarity
from server.domain.wording import Features, Wording, features_of
from server.i18n import N_, translate
from server.persistence.models import CaseFile, CaseGram, CaseLink, CaseWording, ProcessInstance
from server.persistence.models.links import DUPLICATE
from server.security.actor import Actor
from server.security.visibility import visible_to

SHOWN, MOST = 5, 10
COUNTED = 5_000
"""How rare something is, is counted in so many of the newest complaints."""
POSTINGS = 20_000
"""At most about so many lines of the index are read for one question."""
LOOKED_THROUGH = 1_000
"""Of so many found by the index those are sought that the reader may see."""
COMPARED = 100
NOT_INDEXED = 300
"""So many of the newest that the sweep has not come to are compared without the index."""
SHORT = 300
TITLES = {
    "part": N_("Part number"),
    "name": N_("Product"),
    "defect": N_("Defect"),
    "problem": N_("Problem"),
    "cause": N_("Cause"),
}

_WORDING = (CaseWording.part, CaseWording.name, CaseWording.problem, CaseWording.defect, CaseWording.cause)


def similar_cases(
    context: Context, actor: Actor, number: str, language: str, limit: int = SHOWN
) -> list[dict[str, Any]]:
    """The most similar complaints the actor may see, the best first, at most MOST; raises Rejected `not_found.case`."""
    with context.read() as connection:
        own = seen_case(connection, actor, number, CaseFile.id, CaseFile.data)
        mine = wording_of(own.data)
        best = nearest(connection, actor, own.id, mine, max(1, min(limit, MOST)))
        return _shown(connection, actor, own.id, best, mine, language)


def nearest(connection: Connection, actor: Actor, own: int, mine: Wording, limit: int) -> list[tuple[int, Similar]]:
    """Ids of the complaints nearest to the wording `mine` of complaint `own`, the best first, of equals the newest."""
    features = features_of(mine)
    newest = connection.execute(select(func.max(CaseFile.id))).scalar_one()
    cases = min(newest, COUNTED)
    fresh = _fresh(connection, actor, own)
    counts = _counts(connection, features, newest - cases, fresh.values())
    weight = rarity(counts, cases)
    chosen = asked_for(features, counts, cases, POSTINGS / newest)
    others = _indexed(connection, actor, own, chosen) | fresh
    profiles = ((case_id, profile(others[case_id], weight)) for case_id in sorted(others, reverse=True))
    return rank(profile(features, weight), profiles, limit)


def _fresh(connection: Connection, actor: Actor, own: int) -> dict[int, Features]:
    """The newest of those that the sweep has not come to, read without the index."""
    query = select(CaseFile.id, CaseFile.data).where(IS_DUE, CaseFile.id != own, visible_to(actor))
    rows = connection.execute(query.order_by(CaseFile.id.desc()).limit(NOT_INDEXED))
    return {row.id: features_of(wording_of(row.data)) for row in rows}


def _counts(connection: Connection, mine: Features, after: int, fresh: Iterable[Features]) -> dict[int, int]:
    """How many of the complaints after that id have each gram of ours; 0 for what none has."""
    grams = mine.grams()
    query = (
        select(CaseGram.gram, func.count().label("cases"))
        .where(CaseGram.gram.in_(grams), CaseGram.case_id > after)
        .group_by(CaseGram.gram)
    )
    counts = dict.fromkeys(grams, 0) | {row.gram: row.cases for row in connection.execute(query)}
    for other in fresh:
        for gram in counts.keys() & other.grams():
            counts[gram] += 1
    return counts


def _indexed(connection: Connection, actor: Actor, own: int, chosen: Mapping[int, float]) -> dict[int, Features]:
    """Those that have the most of what is asked for, by the index, of which the actor may see them."""
    if not chosen:
        return {}
    value = func.sum(case(dict(chosen), value=CaseGram.gram, else_=0.0))
    found = (
        select(CaseGram.case_id, value.label("value"))
        .where(CaseGram.gram.in_(list(chosen)), CaseGram.case_id != own)
        .group_by(CaseGram.case_id)
        .order_by(value.desc(), CaseGram.case_id.desc())
        .limit(LOOKED_THROUGH)
        .subquery()
    )
    query = (
        select(CaseWording.case_id, *_WORDING)
        .join(found, found.c.case_id == CaseWording.case_id)
        .join(CaseFile, CaseFile.id == CaseWording.case_id)
        .where(visible_to(actor))
        .order_by(found.c.value.desc(), found.c.case_id.desc())
        .limit(COMPARED)
    )
    return {
        row.case_id: features_of(Wording(row.part, row.name, row.problem, row.defect, row.cause))
        for row in connection.execute(query)
    }


def _shown(
    connection: Connection,
    actor: Actor,
    own: int,
    best: list[tuple[int, Similar]],
    mine: Wording,
    language: str,
) -> list[dict[str, Any]]:
    ids = [case_id for case_id, _similar in best]
    query = (
        select(
            CaseFile.id,
            CaseFile.number,
            CaseFile.title,
            CaseFile.customer,
            CaseFile.received_at,
            CaseFile.data,
            ProcessInstance.state,
        )
        .join(ProcessInstance, ProcessInstance.case_id == CaseFile.id)
        .where(CaseFile.id.in_(ids), visible_to(actor))
    )
    rows = {row.id: row for row in connection.execute(query)} if ids else {}
    duplicates = _duplicates(connection, own)
    return [
        _item(rows[case_id], similar, mine, language) | {"is_duplicate": case_id in duplicates}
        for case_id, similar in best
        if case_id in rows
    ]


def _duplicates(connection: Connection, own: int) -> set[int]:
    """Ids of complaints that are linked with this one as its duplicate, or of which it is one."""
    query = select(CaseLink.case_id, CaseLink.other_id).where(
        and_(CaseLink.kind == DUPLICATE, or_(CaseLink.case_id == own, CaseLink.other_id == own))
    )
    return {case_id for row in connection.execute(query) for case_id in row}


def _item(row: Row[Any], similar: Similar, mine: Wording, language: str) -> dict[str, Any]:
    return {
        "number": row.number,
        "title": row.title,
        "customer": row.customer,
        "state": row.state,
        "received_at": rfc3339(row.received_at),
        "score": round(similar.score, 3),
        "why": [
            {"field": field, "title": translate(TITLES[field], language), "words": words}
            for field, words in in_common(mine, wording_of(row.data)).items()
        ],
        "root_cause": _short(first_filled(row.data, CAUSES)),
        "corrective_action": _short(first_filled(row.data, ACTIONS)),
    }


def _short(text: str) -> str | None:
    """None for nothing; a long text up to its first 300 characters."""
    return (text if len(text) <= SHORT else f"{text[: SHORT - 1]}…") or None
