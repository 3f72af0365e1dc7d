"""Fills a form from its schema: choices by the plot, facts of the matter, phrases of the trade, a person's habits."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from server.simulation.tables import TABLES, Line
from server.simulation.trades import phrase
from server.simulation.verdicts import BAD, JUDGED, leaning

if TYPE_CHECKING:
    from server.simulation.life import Life
    from server.simulation.people import Person

Schema = Mapping[str, Any]

ALWAYS = frozenset(
    {"/immediate/resolved", "/immediate/solution", "/immediate/agreed", "/classification/effect_level",
     "/classification/reason", "/classification/not_valid_kind", "/classification/need_kind", "/classification/kind",
     "/problem/defect", "/problem/title", "/product/name", "/product/part_no", "/product/batch", "/product/unit",
     "/product/quantity_defective", "/product/quantity_delivered", "/product/power_w", "/plan/cost", "/grading/cost",
     "/answer/back_to", "/answer/text", "/customer/language", "/customer/email", "/customer/contact",
     "/closing/opinions", "/eight_d/language", "/reevaluation/answer", "/referral/ruling", "/cause/responsible",
     "/root_cause/category", "/root_cause/five_why/*/because", "/problem/is_is_not/*/is", "/problem/is_is_not/*/is_not",
     "/referral/reason"}
)  # fmt: skip
"""Optional fields that nobody leaves out, where there is something to say."""
SELDOM: Mapping[str, float] = {
    "/problem/photos": 0.45,
    "/grading/major_impact": 0.0,
    "/grading/safety": 0.0,
    "/grading/group": 0.0,
    "/grading/media": 0.0,
    "/grading/other_level": 0.0,
    "/grading/mw": 0.0,
    "/cause/customer_parameters": 0.05,
    "/containment/not_informed_reason": 0.0,
    "/customer/address": 0.1,
    "/customer/plant": 0.1,
    "/request/amount": 0.08,
    "/problem/is_is_not": 0.2,
    "/team/members": 0.7,
    "/plan/actions": 0.7,
    "/root_cause/candidates": 0.6,
    "/root_cause/five_why": 0.5,
}
REASON = "/classification/reason"
VERDICTS = {"quality": "good", "not_valid": "invalid"}
MOODS = frozenset({"/cause/side", "/referral/kind", "/quarantine/transit/state"})
"""Choices that decide what is said next."""
PICTURES = 0.02
"""How often somebody takes a picture where a form has room for one."""
LATER = {"_by": 5, "due_on": 14, "answer_by": 7, "solution_by": 4, "expected_by": 20, "valid_from": 3}
EARLIER = {"delivered_on": 12, "purchased_on": 300, "detected_on": 1, "shipped_on": 2, "visit_on": 0}
MOST_ROWS = 3


class Pen:
    """One person filling one form; `mood` turns the phrases from agreeing to explaining.

    `sent_by`: who hands it in, where that is another; pictures are his.
    """

    def __init__(self, life: "Life", person: "Person", *, sent_by: str = "") -> None:
        self.life, self.person, self.rng = life, person, life.rng
        self._sender = sent_by or person.username
        self.mood = "good"
        self._fixed: Mapping[str, Any] = {}
        self._facts = {**life.facts, "person": person.name, "day": life.day_before()}

    def fill(self, schema: Schema, at: str = "") -> dict[str, Any]:
        """What the person enters below `at`; what the schema demands is always there."""
        found: dict[str, Any] = {}
        required = set(schema.get("required", ()))
        for name, part in schema.get("properties", {}).items():
            self._enter(found, name, part, f"{at}/{name}", name in required)
        for condition in schema.get("allOf", ()):
            branch = condition.get("then" if jsonschema_rs.is_valid(condition["if"], found) else "else", {})
            for name in branch.get("required", ()):
                if name not in found:
                    self._enter(found, name, schema["properties"][name], f"{at}/{name}", True)
        return found

    def _enter(self, found: dict[str, Any], name: str, part: Schema, at: str, required: bool) -> None:
        if part.get("readOnly"):
            return
        if "properties" in part:
            inner = self.fill(part, at)
            if inner or required:
                found[name] = inner
        elif required or self._bothers(part, at):
            value = self.value(part, at)
            if value is not None:
                found[name] = value

    def _bothers(self, part: Schema, at: str) -> bool:
        """Whether the person fills in what nobody demands."""
        if at in ALWAYS or at in self._fixed:
            return not self._pointless(at)
        if at.startswith("/costs/"):
            return self.life.money.known(self.life, at)
        if at in SELDOM:
            return self.rng.random() < SELDOM[at]
        if _is_attachments(part):
            return self.rng.random() < PICTURES
        return self.rng.random() < self.person.care and not self._pointless(at)

    def _pointless(self, at: str) -> bool:
        plot = self.life.plot
        if at.startswith("/immediate/") and at != "/immediate/resolved":
            return plot.at_once == "no"
        kinds = {"/classification/not_valid_kind": "not_valid", "/classification/need_kind": "need"}
        if at in kinds:
            return plot.verdict != kinds[at]
        if at in ("/quarantine/transit/quantity", "/quarantine/transit/conveyance_no"):
            return self.mood == "none"
        if at == "/answer/back_to":
            return self.mood not in ("text", "cause")
        return at in ("/classification/repeat_of", "/product/serial") or at in self.life.unknown

    def value(self, part: Schema, at: str) -> Any:
        """A valid value for the field at the pointer; None leaves it out."""
        known = self._fixed.get(at, self.life.known_value(at))
        if known is not None:
            return known
        constants = [each["const"] for each in part.get("oneOf", ()) or part.get("anyOf", ())] or part.get("enum")
        if constants:
            return self._choice(at, constants)
        kind = part.get("type")
        if kind == "array":
            return self._list(part, at)
        if kind in ("integer", "number"):
            return self._number(part, at, kind)
        if kind == "boolean":
            return False
        return self._text(part, at)

    def _choice(self, at: str, constants: list[Any]) -> Any:
        judged = JUDGED.get(at)
        value = judged(self.life) if judged is not None else None
        if value not in constants:
            weights = leaning(at)
            likely = [each for each in constants if weights and weights.get(each)]
            value = self.rng.choices(likely, [weights[each] for each in likely])[0] if likely and weights else None
        if value is None:
            value = self.life.kind_of(at, constants) or self.rng.choice(constants)
        self._feel(at, value)
        return value

    def _feel(self, at: str, value: Any) -> None:
        if at in BAD:
            self.mood = "bad" if value == BAD[at] else "good"
        elif at in MOODS:
            self.mood = str(value)
        elif at == "/answer/result":
            sent_back = JUDGED["/answer/back_to"](self.life)
            self.mood = {"sent_back": str(sent_back), "conditional": "conditional"}.get(value, "good")

    def _list(self, part: Schema, at: str) -> list[Any] | None:
        items = part.get("items", {})
        if items.get("format") == "attachment":
            return [self.life.picture(self._sender) for _ in range(self.rng.choice((1, 1, 2)))]
        if "properties" not in items:
            return [self.value(items, f"{at}/*")]
        if at in TABLES:
            return [self._line(items, at, line) for line in TABLES[at](self.life)]
        most = min(part.get("maxItems", MOST_ROWS), MOST_ROWS)
        least = max(part.get("minItems", 0), 1)
        rows = [self.fill(items, f"{at}/*") for _ in range(self.rng.randint(least, most))]
        # Nobody writes the same line twice.
        told = {next((v for v in row.values() if isinstance(v, str)), ""): row for row in reversed(rows)}
        return list(reversed(told.values())) if len(told) >= least else rows

    def _line(self, items: Schema, at: str, line: Line) -> dict[str, Any]:
        before, self.mood = self.mood, line.mood
        self._fixed = {f"{at}/*/{name}": value for name, value in line.fixed.items()}
        row = self.fill(items, f"{at}/*")
        self._fixed, self.mood = {}, before
        return row

    def _number(self, part: Schema, at: str, kind: str) -> int | float:
        low, high = part.get("minimum", 0), part.get("maximum", 1_000_000)
        value = self.life.amount(at)
        value = max(low, min(value, high))
        return int(value) if kind == "integer" else round(float(value), 2)

    def _text(self, part: Schema, at: str) -> str | None:
        form = part.get("format")
        name = at.rpartition("/")[2]
        if form == "date":
            return self._date(name)
        if form == "date-time":
            return self.life.moment_text(timedelta(hours=self.rng.randint(1, 5)))
        if form == "email":
            return f"{self.person.username}@kesu.example"
        text = self.life.name_for(at, self.person)
        if text is None:
            mood = VERDICTS.get(self.life.plot.verdict, "service") if at == REASON else self.mood
            text = phrase(self.life.language, at, mood, self._facts, self.rng)
        return text[: part.get("maxLength", 4000)]

    def _date(self, name: str) -> str:
        days = next((days for end, days in LATER.items() if name.endswith(end)), 0)
        days -= EARLIER.get(name, 0)
        return self.life.date_text(days + (self.rng.randint(0, 2) if days > 1 else 0))


def _is_attachments(part: Schema) -> bool:
    return bool(part.get("items", {}).get("format") == "attachment")
