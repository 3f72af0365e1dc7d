"""Order that many cases are repaired in one way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import Connection, Row, insert, select

from server.casework.command import Answer, Command, Reply
from server.casework.repairing import ACTIONS, require_reason
from server.casework.work import Work
from server.domain.json_gate import check_plain
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import CaseFile, Incident, RepairRun, RepairStep, UserAccount
from server.security.visibility import visible_to

MOST = 5000
AT_ONCE = 500
"""Ids in one statement."""


@dataclass(frozen=True, kw_only=True)
class StartRepair(Command):
    """Writes the run with a step for each case; runner/repairs.py does the rest, each case as the one who ordered it.

    `incidents`: their ids; None means all of the group that wait for somebody. What others are repairing already is
    left out and counted in the answer. `parameters`: `result` for skip, `data` for amend, `target` for move.
    """

    verb: ClassVar[str] = "start_repair"
    action: str
    reason: str = ""
    group: str | None = None
    incidents: tuple[int, ...] | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def handle(self, work: Work) -> Reply:
        self._check(work)
        asked = self._asked(work)
        held = self._held(work, [row.id for row in asked])
        free = [row for row in asked if row.id not in held and row.state in ACTIONS[self.action].states]
        if self.action not in ("retry", "skip"):
            free = list({row.instance_id: row for row in reversed(free)}.values())[::-1]
        if not free:
            raise self._nothing(held)
        made: dict[str, int] = {}
        work.at_commit(lambda connection: made.update(run=self._insert(connection, work, free)))
        left_out = len({row.id for row in asked}) - len(free)
        return lambda: Answer(202, {"id": made["run"], "action": self.action, "cases": len(free), "left_out": left_out})

    def _check(self, work: Work) -> None:
        action = ACTIONS.get(self.action)
        if action is None:
            raise Rejected(
                "malformed.action",
                N_("“{action}” is no repair. Use one of: {actions}."),
                field="/action",
                action=self.action[:40],
                actions=", ".join(ACTIONS),
            )
        work.actor.require("incident.repair")
        work.actor.require(action.permission)
        if action.needs_reason:
            require_reason(self.reason)
        check_plain(dict(self.parameters))
        needed = {"amend": "data", "move": "target"}.get(self.action)
        if needed is not None and not self.parameters.get(needed):
            raise Rejected("malformed.repair", N_("This repair needs {name}."), field=f"/{needed}", name=needed)

    def _asked(self, work: Work) -> list[Row[Any]]:
        query = (
            select(Incident.id, Incident.instance_id, Incident.state)
            .join(CaseFile, CaseFile.id == Incident.case_id)
            .where(visible_to(work.actor), Incident.state.in_(("open", "retrying")))
            .order_by(Incident.id)
            .limit(MOST)
        )
        if self.incidents is None:
            return list(work.read(query.where(Incident.group_key == (self.group or "–"))))
        found: list[Row[Any]] = []
        wanted = sorted(set(self.incidents))
        for at in range(0, min(len(wanted), MOST), AT_ONCE):
            found += work.read(query.where(Incident.id.in_(wanted[at : at + AT_ONCE])))
        return found

    def _held(self, work: Work, ids: list[int]) -> dict[int, Row[Any]]:
        """Incidents that a run has in hand, with that run."""
        found: dict[int, Row[Any]] = {}
        for at in range(0, len(ids), AT_ONCE):
            query = (
                select(RepairStep.incident_id, RepairRun.id, UserAccount.display_name)
                .join(RepairRun, RepairRun.id == RepairStep.run_id)
                .outerjoin(UserAccount, UserAccount.id == RepairRun.started_by)
                .where(RepairStep.incident_id.in_(ids[at : at + AT_ONCE]), RepairStep.state.in_(("waiting", "running")))
            )
            found |= {row.incident_id: row for row in work.read(query)}
        return found

    def _nothing(self, held: Mapping[int, Row[Any]]) -> Rejected:
        for row in held.values():
            return Rejected(
                "repair.in_hand",
                N_("{name} is having these repaired already (run {run}). Wait for how it goes."),
                name=row.display_name or "Kesu",
                run=row.id,
            )
        return Rejected(
            "repair.nothing",
            N_("None of these waits for repair any more: they were repaired or are being tried again meanwhile."),
        )

    def _insert(self, connection: Connection, work: Work, rows: list[Row[Any]]) -> int:
        run = {
            "action": self.action,
            "parameters": dict(self.parameters),
            "reason": self.reason.strip(),
            "group_key": self.group,
            "state": "running",
            "started_at": work.now,
            "started_by": work.actor_id,
        }
        run_id = int(connection.execute(insert(RepairRun).values(**run).returning(RepairRun.id)).scalar_one())
        steps = [{"run_id": run_id, "instance_id": row.instance_id, "incident_id": row.id} for row in rows]
        connection.execute(insert(RepairStep), steps)
        return run_id
