"""Field guide, sections 0.1, 0.3 and 4: the script engine."""

import pytest

from server.engine import ProcessFault, ProcessInstance
from tests.bpmn_builder import document, end, exclusive, process, start, user
from tests.unit.engine.helpers import Driver, define
from tests.unit.engine.traps import stock

FLOWS = ["start > u", "u > g", "g > b default", "a > end", "b > end"]


def gateway(condition: str) -> bytes:
    parts = [user("u"), exclusive("g"), user("a"), user("b")]
    return document(process("p", start(), *parts, end(), flows=[*FLOWS, f"g > a if {condition}"]))


RUNS_THERE = [
    "__import__('os').getpid() > 0",
    "[c for c in ().__class__.__base__.__subclasses__() if c.__name__ == 'Popen'] or 1",
    "'{0.__class__.__mro__}'.format(1)",
    "'%9999d' % 1",
    "f'{1:9999}'",
    "'x'.ljust(9999)",
    "'a' * 9999",
    "rows.append(1) is None",
    "(lambda: 1)()",
    "(y := 1)",
]
HANGS_THERE = [
    "9 ** 9 ** 9",
    "1 << 10 ** 10",
    "[1 for a in rows for b in rows for c in rows for d in rows]",
    "'a' * 10 ** 12",
]


@pytest.mark.parametrize("attack", RUNS_THERE)
def test_attacks_run_in_the_default_engine(attack: str) -> None:
    workflow = stock.begin(gateway(attack), data={"rows": [0]})
    stock.finish(workflow, "u")
    assert stock.ready(workflow) == ["a"]
    driver = Driver(define(gateway(attack)), {"rows": [0]})
    with pytest.raises(ProcessFault) as caught:
        driver.finish("u")
    assert caught.value.element_id == "g"
    assert driver.case == {"rows": [0]}


@pytest.mark.parametrize("attack", HANGS_THERE)
def test_attacks_that_hang_the_default_engine_are_refused_at_once(attack: str) -> None:
    with pytest.raises(ProcessFault):
        Driver(define(gateway(attack)), {"rows": list(range(100))}).finish("u")


def test_a_loaded_instance_has_the_unrestricted_engine_again() -> None:
    class Nothing:
        def evaluate(self, *_arguments: object, **_named: object) -> object:
            raise PermissionError

    attack = RUNS_THERE[0]
    codec = stock.StateOnly()
    from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

    serializer = BpmnWorkflowSerializer(codec.registry)
    loaded = serializer.deserialize_json(serializer.serialize_json(stock.begin(gateway(attack), engine=Nothing())))
    stock.finish(loaded, "u")
    assert stock.ready(loaded) == ["a"]
    driver = Driver(define(gateway(attack)))
    loaded_here = ProcessInstance.load(driver.definition, driver.blob, driver.case, driver.env)
    with pytest.raises(ProcessFault):
        loaded_here.complete_user_task(driver.wait("u").task_id)


@pytest.mark.parametrize("text", ["= n > 1", "${n > 1}", "n > 1 && m", "n >"])
def test_expressions_of_other_modelers_fail_at_run_time_with_a_typed_fault(text: str) -> None:
    with pytest.raises(ProcessFault):
        Driver(define(gateway(text)), {"n": 2}).finish("u")


def test_a_variable_that_does_not_exist_raises() -> None:
    xml = gateway("problem.quantity > 3")
    workflow = stock.begin(xml)
    with pytest.raises(Exception, match=r"problem\.quantity"):
        stock.finish(workflow, "u")
    driver = Driver(define(xml), known="problem")
    driver.finish("u")
    assert driver.open() == ["b"]
    with pytest.raises(ProcessFault, match="the name problem is not known"):
        Driver(define(xml)).finish("u")
