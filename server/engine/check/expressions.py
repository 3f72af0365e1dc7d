"""Every expression of a diagram: is it there, can it be read, does it use names that exist (K301 to K306)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from server.engine.check import kinds, language
from server.engine.check.case_kinds import check_kinds
from server.engine.check.context import Context
from server.engine.check.finding import Finding, Place
from server.engine.check.items import ItemNames
from server.engine.check.kinds import Kind
from server.engine.check.model import CORRELATION_PREFIX, Node, bpmn, spiff, text_of
from server.engine.errors import ExpressionError
from server.i18n import N_

# Pairs of what modelers of other engines write and what to write here.
_HABITS = (
    ("${", N_("Write the plain expression, without the signs around it: amount > 5.")),
    ("#{", N_("Write the plain expression, without the signs around it: amount > 5.")),
    ("&&", N_("Write and, or, not in words.")),
    ("||", N_("Write and, or, not in words.")),
    ("!", N_("Write and, or, not in words; != stays.")),
)
_PLAIN_FIX = N_("Write a comparison or a path into the case, like problem.quantity > 5; texts stand in quotes.")


@dataclass(frozen=True)
class Site:
    """An expression, where it stands, and names it may use beyond the case's.

    kinds: what is known of such names; shown: how a name is written in a sentence; text: what its author wrote, where
    that is not the source.
    """

    source: str
    place: Place
    extra: frozenset[str] = frozenset()
    condition: bool = False
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    text: str = ""

    @property
    def written(self) -> str:
        """What its author wrote."""
        return self.text or self.source


def check_expressions(context: Context) -> Iterator[Finding]:
    """Conditions, loops, parameters, payloads: all but timers and tables, which have their own rules."""
    items = ItemNames(context)
    for site in _sites(context, items):
        yield from check_expression(context, site)
    for path, place in result_paths(context):
        yield from check_target(context, path, place)


def expression_sites_of(context: Context) -> Iterator[Site]:
    """The expressions themselves, and where they stand."""
    return _sites(context, ItemNames(context))


def check_expression(context: Context, site: Site) -> Iterator[Finding]:
    """Findings about one expression."""
    if not site.source:
        fix = N_("Write the expression, or remove the empty element.")
        yield context.finding("K303", site.place, N_("There is no expression where one is needed."), fix)
        return
    try:
        tree = language.read(site.source)
    except ExpressionError as error:
        yield unreadable(context, site, error)
        return
    if site.condition and all(language.outcome(found) in {"text", "number"} for found in language.results(tree)):
        message = N_("The condition {expression} compares nothing: it always gives the same answer.")
        fix = N_("Compare a field of the case: field == {expression}.")
        yield context.finding("K304", site.place, message, fix, expression=site.source)
    yield from check_names(context, site)


def unreadable(context: Context, site: Site, error: ExpressionError) -> Finding:
    """The finding for an expression that cannot be parsed, with the fix for what people mostly mean."""
    source = site.source
    fix = next((fix for sign, fix in _HABITS if sign in source.replace("!=", "")), _PLAIN_FIX)
    if source.startswith("="):
        fix = N_("Leave out the equals sign at the beginning.")
    elif fix is _PLAIN_FIX and "=" in source and not any(sign in source for sign in ("==", "<=", ">=", "!=")):
        fix = N_("Compare with two equals signs: field == value.")
    message = N_("The expression {expression} cannot be read: {reason}.")
    return context.finding("K301", site.place, message, fix, expression=source, reason=error)


def check_names(context: Context, site: Site) -> Iterator[Finding]:
    """Unknown names and functions of an expression that can be read, and what cannot work by the case schema."""
    fields, functions = language.names(site.source)
    for name in sorted(fields - site.extra):
        if context.known_names is not None and name not in context.known_names:
            near = context.hint(name, context.known_names)
            message = N_("The expression {expression} uses {name}, which is no field of the case.")
            fix = N_("Did you mean {near}?") if near else N_("Use a field of the case, or put a text in quotes.")
            yield context.finding("K302", site.place, message, fix, expression=site.written, name=name, near=near)
    for name in sorted(functions - language.FUNCTIONS):
        near = context.hint(name, language.FUNCTIONS)
        message = N_("The expression {expression} calls {name}, which is no function here.")
        fix = N_("Did you mean {near}?") if near else N_("Use one of: {known}.")
        known = ", ".join(sorted(language.FUNCTIONS))
        place = site.place
        yield context.finding("K307", place, message, fix, expression=site.written, name=name, near=near, known=known)
    yield from check_kinds(context, site)


def check_target(context: Context, path: str, place: Place) -> Iterator[Finding]:
    """Findings about a place in the case to which a result is written."""
    if not language.is_path(path):
        message = N_("A result cannot be written to {path}.")
        fix = N_("Name a field of the case by its path, like grading.level.")
        yield context.finding("K305", place, message, fix, path=path)
        return
    field = path.partition(".")[0]
    if context.known_names is not None and field not in context.known_names:
        near = context.hint(field, context.known_names)
        message = N_("The result goes to {path}, but the case has no field {field}.")
        fix = N_("Did you mean {near}?") if near else N_("Add the field to the case schema, or use one it has.")
        yield context.finding("K306", place, message, fix, path=path, field=field, near=near)
        return
    missing = kinds.at_path(context.case_schema, path)[1]
    if missing and missing != field:
        holder = kinds.at_path(context.case_schema, path[: path.index(f".{missing}")])[0] or {}
        near = context.hint(missing, tuple(kinds.parts(holder)))
        message = N_("The result goes to {path}, but the case schema has no part {field} there.")
        fix = N_("Did you mean {near}?") if near else N_("Add the field to the case schema, so that forms can show it.")
        code = "K306" if near else "K324"
        yield context.finding(code, place, message, fix, path=path, field=missing, near=near)


def _sites(context: Context, items: ItemNames) -> Iterator[Site]:
    for scope in context.scopes():
        for flow in scope.flows:
            if flow.condition is not None:
                place = scope.place._replace(element=flow.id)
                yield Site(flow.condition, place, items.in_scope(scope), condition=True)
        for node in scope.nodes.values():
            yield from _node_sites(node, items)
    yield from _payload_sites(context)


def _node_sites(node: Node, items: ItemNames) -> Iterator[Site]:
    inside, outside = items.inside(node), items.in_scope(node.scope)
    loop = f"{bpmn('multiInstanceLoopCharacteristics')}/"
    for tag in (loop + bpmn("loopCardinality"), loop + bpmn("loopDataInputRef")):
        for element in node.element.findall(tag):
            yield Site(text_of(element), node.place, outside)
    yield from _extension_sites(node, inside)
    repeat = f"{bpmn('standardLoopCharacteristics')}/{bpmn('loopCondition')}"
    for tag in (loop + bpmn("completionCondition"), repeat):
        for element in node.element.findall(tag):
            yield Site(text_of(element), node.place, inside, condition=True)
    for element in node.element.findall(f"{bpmn('conditionalEventDefinition')}/{bpmn('condition')}"):
        yield Site(text_of(element), node.place, outside, condition=True)


def _extension_sites(node: Node, inside: frozenset[str]) -> Iterator[Site]:
    operator = node.extension("serviceTaskOperator")
    if operator is not None:
        for parameter in operator.iter(spiff("parameter")):
            if parameter.get("value") is not None:
                yield Site(parameter.attrib["value"].strip(), node.place, inside)
    for element in _message_extensions(node.element):
        if etree.QName(element).localname in {"messagePayload", "expression"}:
            yield Site(text_of(element), node.place, inside)
    for name, value in node.properties.items():
        if name.startswith(CORRELATION_PREFIX):
            yield Site(value.strip(), node.place, inside)


def _message_extensions(element: etree._Element) -> Iterator[etree._Element]:
    for extension in element.findall(bpmn("extensionElements")):
        yield from extension.findall(spiff("messagePayload")) + extension.findall(spiff("messageVariable"))
    for definition in element.findall(bpmn("messageEventDefinition")):
        yield from definition.iter(spiff("messagePayload"), spiff("messageVariable"), spiff("expression"))


def _payload_sites(context: Context) -> Iterator[Site]:
    for diagram in context.diagrams:
        for element in diagram.root.iter(spiff("payloadExpression")):
            yield Site(text_of(element), _root_place(diagram.file, element))


def _root_place(file: str, element: etree._Element) -> Place:
    """The place of an extension of an error, escalation, message or signal at the root of the file."""
    holder = element.getparent()
    owner = holder.getparent() if holder is not None else None
    return Place(file, None, owner.get("id") if owner is not None else None)


def result_paths(context: Context) -> Iterator[tuple[str, Place]]:
    """Where in the case results of workers, messages, errors and loops go, and who says so."""
    for node in context.nodes():
        operator = node.extension("serviceTaskOperator")
        if operator is not None and operator.get("resultVariable"):
            yield operator.attrib["resultVariable"], node.place
        for element in _message_extensions(node.element):
            if etree.QName(element).localname == "messageVariable":
                yield text_of(element), node.place
        for element in node.element.iter(bpmn("loopDataOutputRef")):
            if element.getparent().getparent() is node.element:
                yield text_of(element), node.place
    for diagram in context.diagrams:
        for root in diagram.root:
            for element in root.findall(f"{bpmn('extensionElements')}/{spiff('variableName')}"):
                yield text_of(element), Place(diagram.file, None, root.get("id"))
