"""Which alerts come to oneself by mail."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import delete, insert

from server.casework.alerts import KINDS
from server.casework.command import Answer, Command, Reply
from server.casework.work import Work
from server.domain.rejection import Rejected
from server.i18n import N_
from server.persistence.models import AlertWish


@dataclass(frozen=True, kw_only=True)
class ChooseAlerts(Command):
    """`kinds` is the whole choice: what is not in it comes no more."""

    verb: ClassVar[str] = "choose_alerts"
    kinds: Collection[str]

    def handle(self, work: Work) -> Reply:
        work.actor.require("report.read")
        unknown = sorted(set(self.kinds).difference(KINDS))
        if unknown:
            raise Rejected(
                "malformed.kind",
                N_("There are no alerts “{name}”. Use some of: {known}."),
                field="/kinds",
                name=unknown[0][:40],
                known=", ".join(KINDS),
            )
        chosen = [kind for kind in KINDS if kind in self.kinds]
        work.write(delete(AlertWish).where(AlertWish.user_id == work.actor_id))
        work.write(insert(AlertWish), [{"user_id": work.actor_id, "kind": kind} for kind in chosen])
        return Answer(200, {"kinds": chosen})
