"""What a version says about a case without an instance: as an instance would say it, and of one step alone."""

from server.engine import Environment, ProcessInstance, Questions
from tests.bpmn_builder import decision_table, document, end, process, start, user
from tests.unit.engine.helpers import Driver, define

TABLE = decision_table(
    "limits",
    ["step", "level"],
    ["amount"],
    [(['"a"', "> 2"], ["1"]), (['"a","b"', ""], ["2"]), (["special", ""], ["3"]), ([""] * 2, ["4"])],
    "FIRST",
)
DEFINITION = define(document(process("p", start(), user("a"), end(), flows=["start > a", "a > end"])), TABLE)


def test_a_table_says_what_an_instance_says() -> None:
    for case in ({"level": 3}, {"level": 1}, {}):
        driver = Driver(DEFINITION, dict(case), "level special")
        instance: ProcessInstance = driver.now()
        questions = Questions(Environment(driver.clock, {}, frozenset({"level", "special"})))
        questions.case = dict(case)
        for step in ("a", "b", "c"):
            table = DEFINITION.decisions["limits"]
            asked = questions.decide(table, {"step": step})
            assert asked == instance.decide("limits", {"step": step})
            assert asked == questions.decide(questions.narrowed(table, "step", step), {"step": step})


def test_a_test_that_reads_the_case_stays() -> None:
    driver = Driver(DEFINITION, {}, "level special")
    questions = Questions(Environment(driver.clock, {}, frozenset({"level", "special"})))
    numbers = [
        [rule.number for rule in questions.narrowed(DEFINITION.decisions["limits"], "step", step).rules]
        for step in "abc"
    ]
    assert numbers == [[1, 2, 3, 4], [2, 3, 4], [3, 4]]
