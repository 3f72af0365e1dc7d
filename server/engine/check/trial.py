"""The last question: does the engine itself take the processes? (K902)"""

from collections.abc import Iterator, Mapping

from server.engine.check.context import Context
from server.engine.check.finding import Finding, Place
from server.engine.errors import DiagramRefused
from server.i18n import N_


def check_trial(context: Context, files: Mapping[str, bytes]) -> Iterator[Finding]:
    """Parse every executable process that no other process calls."""
    from server.engine.definition import parse_definition

    called = {node.element.get("calledElement") for node in context.nodes("callActivity")}
    for scope in context.processes.values():
        if scope.executable and scope.id not in called:
            try:
                parse_definition(files, scope.id)
            except DiagramRefused as refused:
                yield refusal(context, refused, scope.place)


def refusal(context: Context, refused: DiagramRefused, place: Place) -> Finding:
    """The finding for a refusal of the engine."""
    here = Place(refused.file or place.file, refused.process or place.process, refused.element or place.element)
    fix = refused.fix or N_("Simplify the diagram at this place.")
    return Finding("K902", "error", *here, refused.message, fix, refused.params)
