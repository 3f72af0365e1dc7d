"""Pages keep together: links lead somewhere, commands exist, no page knows the machine it was written on."""

import ast
import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest

from benchmarks import fresh_clone
from server.domain.history import EventType
from server.jobs.registry import load_registry
from tests.docs.pages import INTERFACES, ROOT, links, pages, rows, section, text

README = ROOT / "README.md"
MACHINE = re.compile(
    r"/(?:home|Users)/\w|/(?:root|work)/|C:\\|--(?:extra-)?index[-]url|--find[-]links|\bPIP_INDEX[_]URL\b"
)
ADDRESS = re.compile(r"https?://([^/\s`)\"]+)")
HOSTS = re.compile(r"127\.0\.0\.1(:\d+)?|localhost(:\d+)?|(\w+\.)*example(\.com|\.org)?|mail\.example:465")
PROMISE = (
    "A worker may run more than once for the same job (at least once). A job's completion is recorded exactly once, in the "
    "same transaction that moves the case. Give your outside effect the job's idempotency key."
)


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


PAGES = {named(page): page for page in pages()}


def anchors(page: Path) -> set[str]:
    """Anchors of the headings as GitHub and others make them."""
    heads = re.findall(r"^#+ (.+)$", text(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    wrong = []
    for link in links(PAGES[name]):
        path, _, anchor = unquote(link).partition("#")
        target = (PAGES[name].parent / path).resolve() if path else PAGES[name]
        there = target.exists() and ROOT in (target, *target.parents)
        if not there or (anchor and anchor not in anchors(target)):
            wrong.append(link)
    assert wrong == []


@pytest.mark.parametrize("name", PAGES)
def test_no_page_names_a_machine_or_a_registry(name: str) -> None:
    said = text(PAGES[name])
    assert MACHINE.findall(said) == []
    assert [host for host in ADDRESS.findall(said) if not HOSTS.fullmatch(host)] == []


def test_every_page_of_docs_is_reached_from_the_readme() -> None:
    seen, ahead = set(), [README]
    while ahead:
        page = ahead.pop()
        if page in seen:
            continue
        seen.add(page)
        for link in links(page):
            target = (page.parent / unquote(link).partition("#")[0]).resolve()
            ahead += sorted(target.glob("*.md")) if target.is_dir() else [target] if target.suffix == ".md" else []
    assert {named(page) for page in PAGES.values() if page.is_relative_to(ROOT / "docs")} <= {
        named(page) for page in seen
    }


def dev_commands() -> set[str]:
    for node in ast.walk(ast.parse((ROOT / "dev.py").read_text("utf-8"))):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "commands":
            return set(ast.literal_eval(ast.Set(node.value.keys)))  # type: ignore[attr-defined]
    raise LookupError("dev.py has no commands")


@pytest.mark.parametrize("name", PAGES)
def test_every_dev_command_named_exists(name: str) -> None:
    known = dev_commands()
    assert {"run", "test"} <= known
    assert set(re.findall(r"dev\.py (\w+)", text(PAGES[name]))) <= known


def test_the_two_commands_come_first() -> None:
    first = re.findall(r"python3 dev\.py (\w+)", text(README))[:2]
    assert first == ["run", "test"]


def test_every_dev_command_is_on_the_interface_page() -> None:
    table = rows(section(INTERFACES, "## The checkout"))
    assert {name.split()[2] for name in table} == dev_commands()


def test_benchmarks_named_exist() -> None:
    named_there = {
        name.replace("-", "_")
        for page in PAGES.values()
        for name in re.findall(r"dev\.py bench ([a-z][\w-]+)", text(page))
    }
    assert {name for name in named_there if not (ROOT / f"benchmarks/{name}.py").is_file()} == set()


def test_the_measured_times_are_filled_in() -> None:
    found = fresh_clone.TABLE.search(text(README))
    assert found is not None
    assert len(re.findall(r"^\| .+ \| [\d.]+ (?:s|ms) \|$", found[0], re.MULTILINE)) >= 4


@pytest.mark.parametrize("name", ["README.md", "server/runner/README.md", "docs/guides/operator.md"])
def test_the_promise_is_told_word_for_word(name: str) -> None:
    assert PROMISE in " ".join(text(PAGES[name]).replace("\n> ", "\n").split())


def test_requirements_named_in_the_readme() -> None:
    lowest = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"]
    assert f"Python {lowest.removeprefix('>=')} or newer" in text(README)


def test_every_type_of_history_event_has_its_row() -> None:
    table = rows(text(ROOT / "docs/history.md"))
    members = {"seq", "at", "actor", "type", "element_id", "data", "hash"}
    assert set(table) - members == set(EventType)


def test_every_topic_is_explained() -> None:
    assert set(rows(text(ROOT / "workers/README.md"))) == load_registry().topics


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = sorted(int(page.name[:4]) for page in (ROOT / "docs/decisions").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
    for page in (ROOT / "docs/decisions").glob("*.md"):
        for part in ("**Context.**", "**Decision.**", "**Price.**"):
            assert part in text(page), page.name
