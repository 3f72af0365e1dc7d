"""kill -9 after the commit and before the answer: who tries again gets the answer, and nothing is done twice."""

from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select

from server.persistence.models import Attachment, CaseComment, OutboxMail, TaskRequest
from tests.acceptance.support.client import Client
from tests.durability.audit import audit, open_house
from tests.durability.dying import lived_in
from tests.durability.life import Life
from tests.durability.processes import KILLED, PATIENCE, Phoenix, copy_prepared
from tests.house import build, token_of

pytestmark = pytest.mark.slow
DEEDS = ("claim_task", "add_comment", "ask_colleague", "urge_task", "set_priority", "upload_file", "complete_task")
ONCE = ("task.claimed", "comment.added", "question.asked", "task.urged", "task.prioritised", "task.completed")


def test_a_desk_whose_every_answer_is_lost_once(prepared_folder: Path, tmp_path: Path) -> None:
    folder = copy_prepared(prepared_folder, tmp_path / "data")
    context = build(folder)
    token = token_of(context, "sales1")
    context.database.close()
    crashes = [f"{deed}.after:1" for deed in DEEDS]
    with Phoenix(folder, crash_at=crashes) as phoenix, closing(Client(phoenix.url, token, patience=PATIENCE)) as client:
        life = Life(client, "desk")
        life.file({"customer": {"name": "ACME"}, "problem": {"description": "Cracked housing"}})
        life.act("receive", "claim")
        life.say("POST", f"/complaints/{life.number}/comments", text="@sales2 please look 👀")
        life.act("receive", "ask", of="service1", text="Did he call again?")
        life.act("receive", "urge", text="The line stands.")
        life.act("receive", "priority", priority=75, reason="The line stands.")
        photo = life.upload()
        life.complete("receive", {"intake": {"urgency": "high"}, "problem": {"photos": [photo]}})
        phoenix.settle()
    assert [death.crash_at for death in phoenix.deaths] == crashes
    assert {death.returncode for death in phoenix.deaths} <= set(KILLED)
    assert audit(folder, life.acknowledged) == []
    ((*history,),) = lived_in(folder).histories
    times = Counter(kind for kind, element in history if element in ("receive", None))
    assert {kind: times[kind] for kind in ONCE} == dict.fromkeys(ONCE, 1)
    stored = count(folder)
    assert (stored["attachment"], stored["case_comment"], stored["task_request"]) == (1, 1, 3)


def count(folder: Path) -> dict[str, int]:
    """Rows by table."""
    context = open_house(folder)
    with context.read() as connection:
        found = {
            table.__tablename__: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
            for table in (Attachment, CaseComment, OutboxMail, TaskRequest)
        }
    context.database.close()
    return found
