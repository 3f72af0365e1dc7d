"""客户投诉处理流程 (S4) and its kin, every way through: each path of the drawings is walked to the end of its case.

The paths are listed from the drawings (paths.py), the answers that lead along them are in story.py. One walk takes a
path of the main process and one of each called process; loops are walked to their limit.
"""

from collections.abc import Iterator

import pytest

from server.app import create_app
from server.casework.context import Context
from tests.acceptance.paths import Path
from tests.acceptance.story import CHOSEN, IMPOSSIBLE
from tests.acceptance.walker import Map, Walks, way
from tests.house import token_of
from tests.rest import Api

PLAN = Map()
ENDING = PLAN.of("complaint")
ELSEWHERE = pytest.mark.one_database("each of its decisions is made there on another way, by the same commands")
OTHERS = [path for path in PLAN.possible if path not in ENDING]


def each_decision_once() -> Iterator[Path]:
    """Of ENDING as few as one needs, more or less, to take every flow of theirs and reach every end."""
    taken: set[str] = set()
    for path in ENDING:
        if not {*path.deciding, path.end} <= taken:
            taken |= {*path.deciding, path.end}
            yield path


ENOUGH = set(each_decision_once())


@pytest.fixture(scope="module")
def walks(shared_house: Context) -> Iterator[Walks]:
    return Walks(Api(shared_house, create_app(shared_house), token_of(shared_house, "admin")), PLAN)


@pytest.mark.parametrize(
    "path", [pytest.param(path, marks=() if path in ENOUGH else ELSEWHERE) for path in ENDING], ids=PLAN.words
)
def test_a_complaint_goes_this_way(walks: Walks, path: Path) -> None:
    walk = walks.along(path)
    assert (walk.instance["state"], walk.instance["end_event"]) == ("completed", path.end)
    assert walk.instance["active"] == []
    assert path in walk.went
    wanted = {each for rounds in walk.route.called.values() for each in rounds}
    assert wanted <= set(walk.went)


@pytest.mark.one_database("walks every way again and compares drawings")
def test_every_path_was_walked(walks: Walks) -> None:
    """Listed against walked: nothing is missing, and nothing was walked that is not listed."""
    went = {path for main in ENDING for path in walks.along(main).went}
    assert sorted(PLAN.words(path) for path in set(PLAN.possible) - went) == []
    assert sorted(str(path) for path in went - set(PLAN.listed)) == []


@pytest.mark.one_database("walks every way again and compares drawings")
def test_what_is_called_impossible_was_never_walked(walks: Walks) -> None:
    went = {path for main in ENDING for path in walks.along(main).went}
    assert went & (set(PLAN.listed) - set(PLAN.possible)) == set()


def test_every_decision_has_its_words() -> None:
    """A flow that is drawn anew, or one that is gone, is noticed."""
    deciding = {way(PLAN.processes[path.process], flow) for path in PLAN.listed for flow in path.deciding}
    assert deciding == set(CHOSEN)
    assert {flow for pair in IMPOSSIBLE for flow in pair} <= deciding


def test_the_drawings_have_as_many_paths_as_counted_by_hand() -> None:
    """So that a lister that loses some is noticed.

    Main process: 4 ways up to the confirmation (settled on the spot or not, level 1 or 2). Behind each: not valid; no
    quality problem; 3 called processes that may run out of rounds, each with 2 ways out; 3 reasons to plan again
    (doubted, not effective, bad shipment), each with one round more or 2 ways out; and 2 ways to hear whether the
    customer is satisfied, each with 3 for another plan, another answer, 2 ways out, signed or not. Besides: settled on
    the spot, and 4 for what may come at any time.
    """
    behind = 1 + 1 + 3 * 2 + 3 * (1 + 2) + 2 * (3 + 1 + 2 + 2)
    counted = {process: sum(path.process == process for path in PLAN.listed) for process in PLAN.processes}
    assert counted == {
        "complaint": 4 * behind + 1 + 4,
        "non_quality": 1,
        "external_referral": 2,
        "containment": 2 + 2 * 6,
        "corrective_action": 2 + 2 * 3,
        "eight_d_reply": 2 + 2 + 2 + 4 * 3,
        "implementation": 1,
        "horizontal_rollout": 2 + 4 + 8 + 8,
    }
