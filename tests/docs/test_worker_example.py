"""The operator's guide shows a worker and its service task: they run as printed."""

import json
import shutil
import sys
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
from sqlalchemy import select

from server.casework.context import Context
from server.clock import ManualClock
from server.commands.complete_task import CompleteTask
from server.persistence.models import CaseFile, Job, ProcessInstance, UserTask
from tests.bpmn_builder import document, end, lanes, process, start, user
from tests.docs.pages import ROOT, blocks
from tests.durability.workshop import file as filed
from tests.durability.workshop import publish
from tests.house import actor, build, drain_jobs

GUIDES = [ROOT / "docs/guides/operator.md", ROOT / "docs/guides/operator.zh-CN.md"]


class Carrier(BaseHTTPRequestHandler):
    """Out of order at the first call, then books."""

    keys: ClassVar[list[str]] = []
    orders: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        self.keys.append(self.headers["Idempotency-Key"])
        self.orders.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        broken = len(self.keys) == 1
        body = b"" if broken else b'{"waybill": "WB-1"}'
        self.send_response(503 if broken else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: Any) -> None:
        """Silent."""


@pytest.fixture
def carrier(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Carrier]]:
    Carrier.keys.clear()
    Carrier.orders.clear()
    server = HTTPServer(("127.0.0.1", 0), Carrier)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("CARRIER_URL", f"http://127.0.0.1:{server.server_port}/orders")
    yield Carrier
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def plant(prepared_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Context]:
    """A house with the guide's worker and, as its process, the guide's service task between two user tasks."""
    (code,) = blocks(GUIDES[0], "python")
    (task,) = blocks(GUIDES[0], "xml")
    (tmp_path / "our_plant.py").write_text(code, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    shutil.copytree(prepared_folder, tmp_path / "data")
    context = build(tmp_path / "data", workers=("our_plant",))
    drawn = process(
        "complaint",
        start(),
        user("receive", {"formKey": "receive"}),
        task,
        user("record", {"formKey": "record"}),
        end(),
        flows=["start > receive", "receive > pick_up", "pick_up > record", "record > end"],
        lanes=lanes(sales=["receive", "record"]),
    )
    publish(context, document(drawn))
    yield context
    context.database.close()
    sys.modules.pop("our_plant", None)


@pytest.fixture
def clock(plant: Context) -> ManualClock:
    assert isinstance(plant.clock, ManualClock)
    return plant.clock


def received(context: Context, customer: dict[str, str]) -> str:
    """A complaint whose first task is done with `customer`, so that the service task is next; its instance's id."""
    instance_id = filed(context)
    with context.read() as connection:
        query = select(UserTask.id).where(UserTask.instance_id == instance_id)
        task_id = str(connection.execute(query).scalar_one())
    data = {"intake": {"urgency": "high"}, "customer": customer}
    context.execute(CompleteTask(actor=actor(context, "sales1"), task_id=task_id, data=data))
    return instance_id


def picked_up(context: Context, instance_id: str) -> Any:
    """What the worker's result wrote into the case file."""
    query = select(CaseFile.data).join(ProcessInstance, ProcessInstance.case_id == CaseFile.id)
    with context.read() as connection:
        return connection.execute(query.where(ProcessInstance.id == instance_id)).scalar_one()["request"]["pick_up"]


def test_without_an_address_nothing_is_booked(plant: Context, carrier: type[Carrier]) -> None:
    instance_id = received(plant, {})
    assert drain_jobs(plant) == 1
    assert picked_up(plant, instance_id) == {"booked": False}
    assert carrier.keys == []


def test_a_second_attempt_has_the_same_key(plant: Context, clock: ManualClock, carrier: type[Carrier]) -> None:
    instance_id = received(plant, {"address": "No. 1"})
    assert drain_jobs(plant) == 1
    clock.advance(timedelta(seconds=3))
    assert drain_jobs(plant) == 1
    assert picked_up(plant, instance_id) == {"booked": True, "waybill": "WB-1"}
    with plant.read() as connection:
        (job_id,) = connection.execute(select(Job.id).where(Job.instance_id == instance_id)).scalars()
    assert carrier.keys == [job_id, job_id]
    assert {order["address"] for order in carrier.orders} == {"No. 1"}


def test_both_languages_show_the_same_code() -> None:
    english, chinese = GUIDES
    for language in ("python", "xml"):
        assert blocks(english, language) == blocks(chinese, language)
