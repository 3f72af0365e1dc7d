"""Workers are found, their topics are unique, their contracts hold."""

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from server.jobs import registry as registry_module
from server.jobs.api import BpmnError, Job, Worker, worker
from server.jobs.registry import ContractBroken, Registry, UnknownTopic, WorkerNotLoaded, load_registry

NEEDS_CODE = {"type": "object", "required": ["code"], "properties": {"code": {"type": "string"}}}


@worker("sample.echo@1", parameters=NEEDS_CODE, result={"type": "object", "required": ["said"]})
def echo(job: Job) -> dict[str, Any]:
    """Says what it was told.

    More words.
    """
    return {"said": job.parameters["code"]} if job.parameters["code"] != "mute" else {}


def job(topic: str, **parameters: Any) -> Any:
    return SimpleNamespace(topic=topic, parameters=parameters)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def write(folder: Path, **modules: str) -> None:
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(textwrap.dedent(text))


def test_a_worker_is_a_topic_with_a_contract() -> None:
    [declared] = echo.__kesu_worker__  # type: ignore[attr-defined]
    assert declared == Worker("sample.echo@1", echo, NEEDS_CODE, {"type": "object", "required": ["said"]})
    assert declared.description == "Says what it was told."


@pytest.mark.parametrize("topic", ["echo", "sample.echo", "sample.echo@0", "Sample.echo@1", "a.b@1 ", "a.b@x", ""])
def test_a_bad_topic_is_refused(topic: str) -> None:
    with pytest.raises(ValueError, match="no topic"):
        worker(topic)


def test_parameters_and_result_are_checked() -> None:
    registry = Registry(echo.__kesu_worker__)  # type: ignore[attr-defined]
    assert registry.run(job("sample.echo@1", code="hi")) == {"said": "hi"}
    with pytest.raises(ContractBroken, match="'code' is a required property") as broken:
        registry.run(job("sample.echo@1"))
    assert broken.value.side == "parameters"
    with pytest.raises(ContractBroken, match="'said'") as broken:
        registry.run(job("sample.echo@1", code="mute"))
    assert broken.value.side == "result"
    with pytest.raises(ContractBroken, match=r"\$\.code: 5 is not of type 'string'"):
        registry.check_parameters("sample.echo@1", {"code": 5})


def test_a_result_that_is_no_dict_is_refused() -> None:
    registry = Registry([Worker("sample.list@1", lambda job: ["x"], {}, {})])  # type: ignore[arg-type,return-value]
    with pytest.raises(ContractBroken, match="not list"):
        registry.run(job("sample.list@1"))


def test_what_a_worker_raises_goes_on_up() -> None:
    def fails(job: Job) -> None:
        raise BpmnError("part.missing", {"part": "A1"})

    with pytest.raises(BpmnError) as raised:
        Registry([Worker("sample.fails@1", fails, {}, {})]).run(job("sample.fails@1"))
    assert (raised.value.code, raised.value.payload) == ("part.missing", {"part": "A1"})


def test_an_unknown_topic_says_which_there_are() -> None:
    with pytest.raises(UnknownTopic, match=r"no worker serves 'other.topic@1'; there are: sample.echo@1"):
        Registry(echo.__kesu_worker__).get("other.topic@1")  # type: ignore[attr-defined]


def test_workers_of_a_site_are_found_in_all_its_modules(site: Path) -> None:
    write(
        site / "site_workers",
        shipment="""
            from server.jobs.api import worker
            @worker("shipment.track@1")
            @worker("shipment.track@2")
            def track(job):
                return None
        """,
        other="""
            from site_workers.shipment import track
        """,
    )
    registry = load_registry(["site_workers"])
    assert {"shipment.track@1", "shipment.track@2"} <= registry.topics
    assert registry.get("shipment.track@1").run.__module__ == "site_workers.shipment"


def test_an_entry_point_brings_workers(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        site / "plugin_workers", one='from server.jobs.api import worker\n@worker("plugin.one@1")\ndef one(job): ...\n'
    )
    asked = []

    def points(*, group: str) -> list[Any]:
        asked.append(group)
        return [SimpleNamespace(value="plugin_workers")]

    monkeypatch.setattr(registry_module, "entry_points", points)
    assert "plugin.one@1" in load_registry().topics
    assert asked == ["kesu.workers"]


def test_a_topic_declared_twice_is_refused_with_both_places(site: Path) -> None:
    text = 'from server.jobs.api import worker\n@worker("double.one@1")\ndef one(job): ...\n'
    write(site / "double_workers", a=text, b=text)
    with pytest.raises(WorkerNotLoaded, match=r"declared twice: double_workers\.a\.one and double_workers\.b\.one"):
        load_registry(["double_workers"])


def test_a_package_that_cannot_be_imported_is_named(site: Path) -> None:
    write(site / "broken_workers", bad="1 / 0\n")
    with pytest.raises(WorkerNotLoaded, match=r"broken_workers\.bad cannot be imported: division by zero"):
        load_registry(["broken_workers"])
    with pytest.raises(WorkerNotLoaded, match="no_such_package"):
        load_registry(["no_such_package"])


def test_a_schema_that_is_no_schema_is_refused() -> None:
    with pytest.raises(WorkerNotLoaded, match=r"sample.bad@1: the schema of its result is no JSON Schema"):
        Registry([Worker("sample.bad@1", lambda job: None, {}, {"type": "dict"})])
