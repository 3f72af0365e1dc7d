"""kill -9 of the server at every commit point of a complaint's life, before and after: it goes on where it was.

An undisturbed run with a recording probe tells which commit points a life touches and in which order. Then the same
life is lived on a server that dies at each of them in turn; a client that repeats what was not answered under the
same command id ends up with the same history, the same jobs, the same mails, and every answer it ever got.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import stories
from tests.durability import workshop
from tests.durability.audit import audit
from tests.durability.dying import Story, after, assert_same, before, live_dying, live_undisturbed, lived_in
from tests.durability.life import troubled_complaint, whole_complaint
from tests.durability.processes import KILLED, PATIENCE, SAMPLES_LOADED, Phoenix, copy_prepared
from tests.house import build, on_postgres, token_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folders(prepared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, str]]:
    """By story: a data folder to copy, with the application the story needs, and a token for it."""
    made = {}
    for name, diagram in (("whole", None), ("troubled", workshop.TROUBLE)):
        folder = copy_prepared(prepared_folder, tmp_path_factory.mktemp(name) / "data")
        context = build(folder, workers=(workshop.WORKERS,))
        if diagram:
            workshop.publish(context, diagram)
        made[name] = (folder, token_of(context, "admin"))
        context.database.close()
    return made


@pytest.mark.parametrize(("name", "story"), [("whole", whole_complaint), ("troubled", troubled_complaint)])
def test_the_server_may_die_at_every_commit_point(
    name: str, story: Story, folders: dict[str, tuple[Path, str]], tmp_path: Path
) -> None:
    prepared, token = folders[name]
    undisturbed = live_undisturbed(copy_prepared(prepared, tmp_path / "undisturbed"), token, story)
    assert len(set(undisturbed.points)) >= 8, undisturbed.points
    assert [len(undisturbed.histories), len(undisturbed.cases)] == [1, 1]
    # Each commit of a life on SQLite; on PostgreSQL, where the same code commits, each kind of commit once.
    points = list(dict.fromkeys(undisturbed.points)) if on_postgres() else undisturbed.points
    with ThreadPoolExecutor(2) as pool:
        runs = [
            pool.submit(live_dying, copy_prepared(prepared, tmp_path / when), token, story, crashes)
            for when, crashes in (("before", before(points)), ("after", after(points)))
        ]
        for run in runs:
            assert_same(undisturbed, run.result())


def test_the_first_start_may_die_at_every_commit_point(tmp_path: Path) -> None:
    """An empty data folder, killed while it is being prepared and while the demo's complaints are being loaded."""
    folder = tmp_path / "data"
    folder.mkdir()
    points = ("prepare_site", "publish_version", "file_complaint", "complete_task", "complete_job")
    crashes = [f"{point}.{when}:{1 + (n > 1)}" for n, point in enumerate(points) for when in ("before", "after")]
    crashes = crashes[::3] if on_postgres() else crashes
    with Phoenix(folder, crash_at=crashes) as phoenix:
        deadline = time.monotonic() + PATIENCE
        while phoenix.waiting_to_die or not (folder / SAMPLES_LOADED).exists():
            assert time.monotonic() < deadline, (phoenix.deaths, phoenix.trouble)
            time.sleep(0.1)
        phoenix.settle()
    assert [death.crash_at for death in phoenix.deaths] == crashes
    assert {death.returncode for death in phoenix.deaths} <= set(KILLED)
    assert audit(folder) == []
    lived = lived_in(folder)
    assert len(lived.cases) == len(stories.SAMPLES)
    completed = sum(kind == "task.completed" for history in lived.histories for kind, _element in history)
    assert completed == sum("element_id" in step for key in stories.SAMPLES for step in stories.steps(key))
