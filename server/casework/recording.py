"""Makes a recorded test from the history of a case: what came from outside, and what the process made of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from server.casework.library import PublishedVersion
from server.casework.messages import MERGED, REFERRED, WITHDRAWN
from server.casework.recorded_patch import nested, patch_of
from server.casework.replay import NUMBER, shown_path
from server.casework.replay_rows import MADE
from server.casework.wait_rows import rfc3339
from server.domain.case_changes import fold
from server.domain.form_schema import restrict
from server.domain.history import EventType as Type
from server.domain.recorded_test import FORMAT
from server.domain.stand_ins import StandIns

_OWN_MESSAGES = {Type.CASE_WITHDRAWN: WITHDRAWN, Type.CASE_MERGED: MERGED, Type.CASE_REFERRED: REFERRED}


@dataclass(frozen=True)
class Event:
    """One event of a history."""

    at: datetime
    type: str
    element_id: str | None
    data: Mapping[str, Any]


@dataclass
class _Step:
    told: dict[str, Any] | None
    at: datetime
    acting: str | None = None
    path: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    advanced: bool = False
    settled: bool = False
    """Whether events have come that only follow when all of its changes are told."""
    unknown_result: bool = False


def record(
    version: PublishedVersion, events: Iterable[Event], *, people: Iterable[str] = (), title: str = ""
) -> dict[str, Any]:
    """The test as JSON value, without anything personal: `people` are names that must not be in it either.

    `version` is the one the case runs in. What cannot be told by a test stands under `notes`.
    """
    return _Recording(version, list(events), list(people)).test(title)


class _Recording:
    def __init__(self, version: PublishedVersion, events: list[Event], people: list[str]):
        self.version, self.events = version, events
        self.schema = version.forms.case_schema()
        self.outputs = {path for table in version.definition.decisions.values() for path in table.outputs}
        self.case: dict[str, Any] = {}
        self.number = ""
        self.open: dict[str, str] = {}
        """Element by task id, in the order they opened."""
        self.step: _Step | None = None
        self.steps: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self.end: str | None = None
        self.ends = True
        self.stand_ins = StandIns()
        self.row_ids: dict[str, str] = {}
        self.people = people
        self.stopped = False

    def test(self, title: str) -> dict[str, Any]:
        for event in self.events:
            self._learn(event)
        self.stand_ins.learn_people(self.people)
        for event in self.events:
            if not self.stopped:
                self._take(event)
        self._close()
        if self.stand_ins.files:
            self.notes.append("Attachments are left out: file-1, file-2, … stand for them.")
        self.notes.append("Names, mail addresses and phone numbers are stand-ins.")
        test: dict[str, Any] = {"format": FORMAT, "title": title or self._end_name()}
        test |= {"notes": self.notes, "steps": self.steps}
        if self.ends:
            test["end"] = self.end
        return test | {"names": self._names()}

    def _learn(self, event: Event) -> None:
        for change in event.data.get("changes", ()):
            data = nested(change["pointer"], change.get("after"), self.schema)
            self.stand_ins.learn(self.schema, data)

    def _take(self, event: Event) -> None:
        handler = getattr(self, "_on_" + event.type.replace(".", "_"), None)
        if handler is not None:
            handler(event)
        elif event.type in _OWN_MESSAGES:
            self._own_message(event)

    def _begin(self, event: Event, told: dict[str, Any] | None, acting: str | None = None) -> _Step:
        self._close()
        self.step = _Step(told, event.at, acting)
        return self.step

    def _close(self) -> None:
        step, self.step = self.step, None
        if step is None or step.told is None:
            return
        told = {"at": rfc3339(step.at).replace(".000Z", "Z"), **step.told}
        told["then"] = shown_path(self.version.definition, step.path, step.acting)
        told["open"] = list(self.open.values())
        if step.values:
            told["values"] = self.stand_ins.put(step.values)
        self.steps.append(told)

    def _on_case_filed(self, event: Event) -> None:
        self.number = event.data.get("number", "")
        self.case = fold(event.data.get("changes", ()))
        filed = {name: value for name, value in self.case.items() if name not in ("number", "rounds")}
        intake = dict(filed.pop("intake", {}))
        channel, received = intake.pop("channel", event.data.get("channel")), intake.pop("received_at", None)
        if intake:
            filed["intake"] = intake
        fields = restrict(self.version.forms.schema(self.version.application.filing_form), filed)
        start = _without(filed, fields)
        told: dict[str, Any] = {"channel": channel, "fields": self._put(fields)}
        if start:
            told["start"] = self._put(start)
        if received and received != rfc3339(event.at):
            told["received_at"] = received
        self._begin(event, {"file": told})

    def _on_case_changed(self, event: Event) -> None:
        changes = event.data.get("changes", ())
        self.case = fold(changes, self.case)
        self._name_made_rows(self.case)
        step = self.step
        if step is None or (step.advanced and (step.settled or "file" not in (step.told or {}))):
            step = self._begin(event, None)
        written = {change["pointer"][1:].replace("/", ".") for change in changes}
        for path in sorted(self.outputs):
            if any(each == path or each.startswith(f"{path}.") for each in written):
                step.values[path] = _at(self.case, path)
        if step.unknown_result and step.told is not None:
            # An older history does not tell a worker's result, only what came of it.
            own = [change for change in changes if change["pointer"][1:].replace("/", ".") not in self.outputs]
            step.told["writes"] = self._put(patch_of(own, self.case, self.schema))

    def _name_made_rows(self, value: Any) -> None:
        """Rows that a table, a worker or a round made are called so, in the order in which they came."""
        for inner in value.values() if isinstance(value, Mapping) else value:
            if isinstance(inner, Mapping | list):
                self._name_made_rows(inner)
            if isinstance(value, list) and isinstance(inner, Mapping) and isinstance(inner.get("id"), str):
                made = sum(name.startswith(MADE) for name in self.row_ids.values())
                self.row_ids.setdefault(inner["id"], f"{MADE}{made + 1}")

    def _on_job_created(self, _event: Event) -> None:
        if self.step is not None:
            self.step.settled = True

    def _on_task_created(self, event: Event) -> None:
        self._on_job_created(event)
        self.open[event.data["task_id"]] = event.element_id or ""

    def _on_task_cancelled(self, event: Event) -> None:
        self.open.pop(event.data.get("task_id", ""), None)

    def _on_task_completed(self, event: Event) -> None:
        told = self._of_task(event, "task")
        changes = event.data.get("changes", ())
        self.case = fold(changes, self.case)
        told["data"] = self._put(patch_of(changes, self.case, self.schema))
        self._begin(event, told, event.element_id)
        self.open.pop(event.data.get("task_id", ""), None)

    def _on_task_sent_back(self, event: Event) -> None:
        told = self._of_task(event, "send_back") | {"to": event.data.get("to", "")}
        self._begin(event, told)
        self.open.pop(event.data.get("task_id", ""), None)

    def _on_task_taken_back(self, event: Event) -> None:
        self._begin(event, {"take_back": event.element_id or ""})

    def _of_task(self, event: Event, verb: str) -> dict[str, Any]:
        element_id = event.element_id or ""
        told: dict[str, Any] = {verb: element_id}
        element = self.version.definition.find(element_id)
        if element is not None:
            told["process"] = self.version.definition.process_of(element.process_id)
            if element.group and verb == "task":
                told["group"] = element.group
        same = [task_id for task_id, each in self.open.items() if each == element_id]
        if len(same) > 1 and event.data.get("task_id") in same:
            told["which"] = same.index(event.data["task_id"]) + 1
        return told

    def _on_job_completed(self, event: Event) -> None:
        told = {"job": event.element_id or "", "topic": event.data.get("topic", "")}
        if "result" in event.data:
            told["result"] = self._put(event.data["result"])
        self._begin(event, told, event.element_id).unknown_result = "result" not in event.data

    def _on_job_skipped(self, event: Event) -> None:
        self._on_job_completed(event)
        self.notes.append(f"{event.element_id} was skipped by the repair desk.")

    def _on_job_error_thrown(self, event: Event) -> None:
        if event.data.get("caught"):
            told = {"job": event.element_id or "", "error": event.data.get("code", "")}
            self._name_cause(told | {"payload": self._put(event.data.get("payload"))})

    def _on_timer_fired(self, event: Event) -> None:
        step = self.step
        if step is not None and step.told is not None and "timers" in step.told and step.at == event.at:
            step.told["timers"].append(event.element_id)
        else:
            self._name_cause({"timers": [event.element_id]})

    def _name_cause(self, told: dict[str, Any]) -> None:
        if self.step is not None and self.step.told is None:
            self.step.told = told

    def _on_message_received(self, event: Event) -> None:
        told = {"message": event.data.get("name", ""), "element": event.element_id or ""}
        self._begin(event, told | {"payload": self._put(event.data.get("payload"))})

    def _own_message(self, event: Event) -> None:
        if self.step is not None and not self.step.advanced and self.step.told and "message" in self.step.told:
            return  # a merge that came as a message is told by that
        data = {name: event.data[name] for name in ("reason", "name") if name in event.data}
        payload = {
            Type.CASE_WITHDRAWN: data | {"at": rfc3339(event.at)},
            Type.CASE_MERGED: data | {"of": event.data.get("number", "")},
            Type.CASE_REFERRED: data | {"kind": event.data.get("to", "")},
        }[Type(event.type)]
        told: dict[str, Any] = {"message": _OWN_MESSAGES[Type(event.type)]}
        if event.element_id:
            told["element"] = event.element_id
        self._begin(event, told | {"payload": self._put(payload)})

    def _on_case_amended(self, event: Event) -> None:
        changes = event.data.get("changes", ())
        self.case = fold(changes, self.case)
        self._begin(event, {"amend": self._put(patch_of(changes, self.case, self.schema))})

    def _on_instance_advanced(self, event: Event) -> None:
        if self.step is None or self.step.advanced:
            self._begin(event, None)
        if self.step is not None:
            self.step.advanced = True
            self.step.path = list(event.data.get("path", ()))

    def _on_round_begun(self, event: Event) -> None:
        if self.step is not None and "loop" in event.data:
            self.step.values[f"rounds.{event.data['loop']}"] = event.data.get("number")

    def _on_instance_completed(self, event: Event) -> None:
        self.end = event.element_id

    def _on_instance_cancelled(self, _event: Event) -> None:
        self.ends, self.stopped = False, True
        self.notes.append("The complaint was cancelled then; a test cannot tell that.")

    def _on_instance_moved(self, _event: Event) -> None:
        self._close()
        self.ends, self.stopped = False, True
        self.notes.append("The complaint was moved by the repair desk then; a test cannot tell that.")

    def _on_instance_migrated(self, event: Event) -> None:
        said = f"The complaint was moved from version {event.data.get('before')} to {event.data.get('version')}."
        self.notes.append(f"{said} What came before follows the older one.")

    def _put(self, value: Any) -> Any:
        found = self.stand_ins.put(value, self.schema)
        return _renamed(found, self.row_ids, self.number)

    def _end_name(self) -> str:
        end = self.version.definition.find(self.end) if self.end else None
        return end.name if end is not None else ""

    def _names(self) -> dict[str, str]:
        """What the elements that a difference may tell of were called."""
        told: set[str] = set()
        for step in self.steps:
            told |= {step.get("task", ""), step.get("job", ""), step.get("send_back", "")}
            told |= {*step["then"], *step["open"], *step.get("timers", ())}
        found = {name: self.version.definition.find(name) for name in sorted(told)}
        return {name: element.name for name, element in found.items() if element is not None and element.name}


def _renamed(value: Any, row_ids: dict[str, str], number: str) -> Any:
    """Rows get ids that a reader can follow, the complaint the number it has when it is played."""
    if isinstance(value, list):
        return [_row(_renamed(each, row_ids, number), row_ids) for each in value]
    if isinstance(value, Mapping):
        return {name: _renamed(each, row_ids, number) for name, each in value.items()}
    return value.replace(number, NUMBER) if isinstance(value, str) and number else value


def _row(value: Any, row_ids: dict[str, str]) -> Any:
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        return {"id": row_ids.setdefault(value["id"], f"row-{len(row_ids) + 1}")} | {
            name: each for name, each in value.items() if name != "id"
        }
    return value


def _without(whole: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    """What `whole` has and `part` has not."""
    found: dict[str, Any] = {}
    for name, value in whole.items():
        if name not in part:
            found[name] = value
        elif isinstance(value, Mapping) and isinstance(part[name], Mapping) and (rest := _without(value, part[name])):
            found[name] = rest
    return found


def _at(case: Any, path: str) -> Any:
    for name in path.split("."):
        case = case.get(name) if isinstance(case, Mapping) else None
    return case
