"""An alert in one sentence, for the page and the mail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from server.casework.alerts import ALIKE, BROKEN, PROMISE, REPEATED, SLOW
from server.casework.context import Context
from server.domain.deadline_terms import Hours, Moment
from server.domain.texts import pick_line
from server.i18n import N_, translate

TITLES: Mapping[str, str] = {
    PROMISE: N_("A promise is about to break"),
    SLOW: N_("A step is slower than promised"),
    REPEATED: N_("The same defect again"),
    BROKEN: N_("A step needs repair"),
}
OUTCOMES: Mapping[str, str] = {
    "kept": N_("kept"),
    "broken": N_("broken"),
    "moved": N_("the promise was moved"),
    "resolved": N_("repaired"),
    "obsolete": N_("no longer needed"),
    "over": N_("over"),
}
_SENTENCES: Mapping[str, str] = {
    PROMISE: N_("{number}: “{step}” is due {due}."),
    SLOW: N_("“{step}” took {took} of working time (median of the last {count}, {days} days); promised are {target}."),
    REPEATED: N_("{what}: {count} complaints within {days} days."),
    BROKEN: N_("{number}: “{step}” failed: {error}"),
}


def alert_words(context: Context, alert: Mapping[str, Any], language: str) -> str:
    """`alert` has the members of persistence.models.Alert and `number`, the complaint's."""
    data = alert["data"]
    words: dict[str, Any] = {"number": alert["number"] or "", "step": _step(context, alert, language)}
    if alert["kind"] == PROMISE:
        due = Moment(datetime.fromisoformat(data["due_at"]), context.settings.zone)
        words |= {"due": due.text(language)}
    elif alert["kind"] == SLOW:
        spans = {name: Hours(round(data[name] / 60)).text(language) for name in ("took", "target")}
        words |= {"count": data["count"], "days": data["days"], **spans}
    elif alert["kind"] == REPEATED:
        what = " · ".join(data[name] for name in ALIKE)
        words |= {"what": what, "count": data["count"], "days": data["days"]}
    else:
        words |= {"error": data["error"]}
    return translate(_SENTENCES[alert["kind"]], language, **words)


def _step(context: Context, alert: Mapping[str, Any], language: str) -> str:
    if not alert["element_id"]:
        return "–"
    version = context.library.current(alert["application"])
    process_id, element_id = alert["process_id"], alert["element_id"]
    definition = version.definition
    found = definition.element(process_id, element_id) if process_id else definition.find(element_id)
    name = pick_line(found.name, version.application.languages, language) if found is not None else ""
    return name or str(element_id)
