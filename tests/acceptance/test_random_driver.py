"""Twenty complaints of random content reach their end over HTTP, whatever is answered to the forms.

Eight of them are led to the eight ends of the process, so that each is reached. `KESU_SEED` repeats a run,
`KESU_COMPLAINTS` makes it longer; the seed is printed. `python3 dev.py bench random_complaints` does 200.
"""

import os
import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.acceptance.driver import Driver
from tests.acceptance.messages import AIMS, MESSAGES, MOODS, OUTSIDE
from tests.acceptance.support.server_process import ServerProcess

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    process = ServerProcess(tmp_path_factory.mktemp("server") / "data").start()
    yield process
    assert process.stop() == 0, process.log()


@pytest.fixture
def driver(server: ServerProcess) -> Iterator[Driver]:
    with closing(driver_of(server.url, server.token("admin"), seed_of_run())) as driver:
        yield driver


def driver_of(url: str, token: str, seed: str, **options: float) -> Driver:
    return Driver(url, token, seed, messages=MESSAGES, outside=OUTSIDE, moods=MOODS, **options)


def seed_of_run() -> str:
    seed = os.environ.get("KESU_SEED") or secrets.token_hex(4)
    print(f"KESU_SEED={seed}")
    return seed


def test_random_complaints_reach_their_end(driver: Driver) -> None:
    wanted = int(os.environ.get("KESU_COMPLAINTS") or 20)
    aims = [replace(mood, strict=1) for mood in AIMS.values()]
    filed = [driver.file(mood=mood) for mood in reversed(aims)]
    filed += [driver.file() for _ in range(wanted - len(filed))]
    assert len({one.number for one in filed}) == len(filed)
    ends = {one: driver.finish(one.instance_id)["end_event"] for one in driver.rng.sample(filed, len(filed))}
    assert [ends[one] for one in filed[: len(aims)]] == list(reversed(AIMS))
    assert set(ends.values()) <= set(AIMS)
    register = {item["number"]: item["state"] for item in driver.all_items("/complaints", limit=1000)}
    assert {register[one.number] for one in filed} == {"completed"}
    assert driver.all_items("/incidents") == []


def test_pages_of_any_size_hold_the_same(driver: Driver) -> None:
    """Asked for in small pages and in one, with the same filter, a list is the same."""
    for path, key, query in (
        ("/complaints", "number", {"state": "completed"}),
        ("/tasks", "id", {"state": "completed", "order": "created"}),
        ("/tasks", "id", {"state": "completed", "order": "due"}),
    ):
        whole = [item[key] for item in driver.all_items(path, limit=1000, **query)]
        assert whole
        assert whole == [item[key] for item in driver.all_items(path, limit=3, **query)]


def test_work_in_turn_on_several_complaints(driver: Driver) -> None:
    filed = [driver.file() for _ in range(4)]
    ours = {one.instance_id for one in filed}
    for _round in range(400):
        tasks = [task for task in driver.all_items("/tasks", order="due") if task["instance_id"] in ours]
        if tasks:
            driver.step(driver.rng.choice(tasks))
        ended = [driver.expect(200, "GET", f"/instances/{one}").body["state"] == "completed" for one in sorted(ours)]
        if all(ended):
            break
    assert all(driver.finish(one)["state"] == "completed" for one in sorted(ours))


def test_four_at_once(server: ServerProcess) -> None:
    """Scripts that work side by side do not hurt each other."""
    seed = seed_of_run()
    token = server.token("admin")

    def work(number: int) -> list[str]:
        with closing(driver_of(server.url, token, f"{seed}-{number}")) as driver:
            filed = [driver.file() for _ in range(3)]
            return [driver.finish(one.instance_id)["state"] for one in filed]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(4))) == [["completed"] * 3] * 4


def test_a_kill_in_the_middle(tmp_path: Path) -> None:
    """A script that repeats its calls with their command ids does not notice that the server died."""
    server = ServerProcess(tmp_path / "data").start()
    seed = seed_of_run()
    with closing(driver_of(server.url, server.token(), seed, patience=60)) as driver:
        filed = [driver.file() for _ in range(3)]
        with ThreadPoolExecutor(1) as pool:
            ends = pool.submit(lambda: [driver.finish(one.instance_id)["state"] for one in filed])
            for _ in range(3):
                time.sleep(driver.asking.uniform(0.5, 2))
                server.kill()
                server.start()
            assert ends.result(240) == ["completed"] * 3
    assert server.stop() == 0, server.log()


def test_a_file_over_the_limit_is_told_so(driver: Driver) -> None:
    """Not cut off: the answer is the one JSON shape."""
    reply = driver.client.upload("long.txt", b"x" * 60_000_000)
    assert (reply.status, reply.code) == (413, "too_large")
