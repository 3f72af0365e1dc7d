"""Many complaints at all steps of the bundled process, driven there by seeded dice through the commands."""

from collections.abc import Mapping
from io import BytesIO
from random import Random
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from server.commands.complete_task import CompleteTask
from server.commands.file_complaint import FileComplaint
from server.commands.upload_file import UploadFile
from server.domain.bundle import Bundle
from server.domain.rejection import Rejected
from server.persistence.models import DefinitionVersion, ProcessApplication
from server.queries.task_detail import task_detail
from server.queries.task_list import task_list
from tests.acceptance.messages import AIMS
from tests.acceptance.support.answers import LEAST, Answers
from tests.house import actor, drain_jobs

if TYPE_CHECKING:
    from server.casework.context import Context
    from server.security.actor import Actor

MOODS = (AIMS["End_Archived"],) * 6 + (AIMS["End_ClosedWithRemark"], AIMS["End_NotQuality"], AIMS["End_NotValid"])
LONGEST = 34


class Crowd:
    """Complaints of one house. Each keeps the dice and the mood it was filed with."""

    def __init__(self, context: "Context", seed: int | str) -> None:
        self.context = context
        self.rng = Random(seed)
        self.admin: Actor = actor(context, "admin")
        self.moods: dict[str, Mapping[str, Any]] = {}
        self.ids: dict[str, str] = {}
        """Instance id by complaint number, in the order of filing."""

    def grow(self, count: int) -> list[str]:
        """File that many and drive each some random way; the numbers of those still open."""
        grown = []
        for _ in range(count):
            number = self.file()
            self.walk(number, self.rng.randrange(LONGEST))
            grown.append(number)
        return [number for number in grown if self.tasks(number)]

    def file(self) -> str:
        fields = {"customer": {"name": self.rng.choice(("ACME", "海天塑胶"))}, "problem": {"description": "缩痕"}}
        answer = self.context.execute(FileComplaint(actor=self.admin, channel="phone", fields=fields))
        number: str = answer.body["number"]
        self.ids[number] = answer.body["instance_id"]
        self.moods[number] = self.rng.choice(MOODS).wishes
        drain_jobs(self.context)
        return number

    def tasks(self, number: str) -> list[dict[str, Any]]:
        """Its open tasks, in an order that the same dice find again: that of the list ends with ids drawn at random."""
        found: list[dict[str, Any]] = task_list(self.context, self.admin, language="en", case=number)["items"]
        return sorted(found, key=lambda task: str(task["element_id"]))

    def walk(self, number: str, steps: int) -> int:
        """Complete up to that many tasks; how many it were."""
        done = 0
        while done < steps and (tasks := self.tasks(number)):
            self.complete(number, self.rng.choice(tasks))
            done += 1
        return done

    def stand_at(self, element: str, aim: str) -> str:
        """A new complaint that leans towards that end and is driven until it stands at the element."""
        for _ in range(20):
            number = self.file()
            self.moods[number] = AIMS[aim].wishes
            while tasks := self.tasks(number):
                if element in {task["element_id"] for task in tasks}:
                    return number
                self.walk(number, 1)
        raise AssertionError(f"none of 20 complaints came to {element}")

    def complete(self, number: str, task: Mapping[str, Any]) -> None:
        form = task_detail(self.context, self.admin, task["id"], "en")["form"]
        answers = Answers(self.rng, self._upload, LEAST)
        data = answers.leaning(form["schema"], form["data"], answers.patch(form["schema"], form["data"]),
                               self.moods[number])  # fmt: skip
        try:
            self.context.execute(CompleteTask(actor=self.admin, task_id=task["id"], data=data))
        except Rejected as refusal:
            raise AssertionError(f"{number} at {task['element_id']}: {refusal}") from refusal
        drain_jobs(self.context)

    def _upload(self) -> str:
        stored = self.context.execute(UploadFile(actor=self.admin, name="a.txt", stream=BytesIO(b"a")))
        return str(stored.body["id"])


def publish_unchecked(context: "Context", bundle: Bundle) -> int:
    """As the next version, whatever the check would say: then the rehearsal is all that protects the cases."""
    with context.database.write("test") as connection:
        newest = select(func.max(DefinitionVersion.number)).where(DefinitionVersion.key == "complaint")
        number = int(connection.execute(newest).scalar_one()) + 1
        row = {"key": "complaint", "number": number, "digest": bundle.digest, "bundle": bundle.to_zip()}
        made = insert(DefinitionVersion).values(**row, note="", published_at=context.clock.now())
        version_id = connection.execute(made.returning(DefinitionVersion.id)).scalar_one()
        same = ProcessApplication.key == "complaint"
        connection.execute(update(ProcessApplication).where(same).values(current_version_id=version_id))
    return number
