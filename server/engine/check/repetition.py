"""Multi-instance and repeating activities (K260 to K263)."""

import ast
from collections.abc import Iterator

from lxml import etree

from server.engine.check import foreign, language
from server.engine.check.context import Context
from server.engine.check.finding import Finding
from server.engine.check.items import items_of
from server.engine.check.model import Node, bpmn, text_of
from server.engine.errors import ExpressionError
from server.engine.expression_syntax import CONSTANTS
from server.i18n import N_


def check_repetition(context: Context) -> Iterator[Finding]:
    """Every activity that runs several times."""
    for node in context.nodes():
        for loop in node.element.findall(bpmn("multiInstanceLoopCharacteristics")):
            yield from _instances(context, node, loop)
        for loop in node.element.findall(bpmn("standardLoopCharacteristics")):
            limit, condition = (loop.get("loopMaximum") or "").strip(), text_of(loop.find(bpmn("loopCondition")))
            if not limit.isdigit() and _always(condition):
                message = N_("{id} repeats itself for ever: its condition always holds, and it has no maximum.")
                fix = N_("Set a condition that some case does not meet, or a maximum.")
                yield context.finding("K263", node.place, message, fix, id=node.id)
            if not limit.isdigit() and not condition:
                message = N_("{id} repeats itself without a condition and without a maximum.")
                fix = N_("Set a loop condition or a maximum.")
                yield context.finding("K263", node.place, message, fix, id=node.id)


def _always(condition: str) -> bool:
    """Whether a condition is a constant that holds; `true` is one."""
    try:
        tree = language.read(condition)
    except ExpressionError:
        return False
    if isinstance(tree, ast.Name):
        return CONSTANTS.get(tree.id) is True
    return isinstance(tree, ast.Constant) and bool(tree.value)


def _instances(context: Context, node: Node, loop: etree._Element) -> Iterator[Finding]:
    sources = [loop.find(bpmn(name)) is not None for name in ("loopCardinality", "loopDataInputRef")]
    if sum(sources) != 1:
        message = N_("{id} runs several times, but does not say for which list or how often.")
        fix, more = foreign.instead(
            loop,
            foreign.COLLECTION,
            N_("{setting} ({value}) is not read here: set the collection as loopDataInputRef."),
            N_("Set either the collection (a list of the case) or the number, not both."),
        )
        yield context.finding("K261", node.place, message, fix, id=node.id, **more)
    if (loop.find(bpmn("loopDataOutputRef")) is None) != (loop.find(bpmn("outputDataItem")) is None):
        message = N_("{id} has an output collection without an output item, or an item without a collection.")
        fix = N_("Set both, or neither: a result can also be written to its row of the case.")
        yield context.finding("K260", node.place, message, fix, id=node.id)
    for item in sorted(items_of(node)):
        if context.known_names is not None and item in context.known_names:
            message = N_("The loop item {item} of {id} has the name of a field of the case.")
            fix = N_("Call the item otherwise, for instance one_{item}.")
            yield context.finding("K262", node.place, message, fix, id=node.id, item=item)
