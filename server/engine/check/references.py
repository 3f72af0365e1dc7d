"""What a diagram needs from its neighbours: processes, decisions, topics, forms, groups, prompts (K401 to K418)."""

from collections.abc import Iterator

from server.engine.check import foreign
from server.engine.check.context import Context
from server.engine.check.finding import Finding
from server.engine.check.model import Diagram, Node, properties_of, spiff, text_of
from server.engine.prompts import PROMPTS, prompt_keys
from server.i18n import N_


def check_references(context: Context) -> Iterator[Finding]:
    """Calls, decisions, service tasks and user tasks."""
    for node in context.nodes("callActivity"):
        yield from _call(context, node)
    for node in context.nodes("businessRuleTask"):
        yield from _decision(context, node)
    for node in context.nodes("serviceTask"):
        yield from _service(context, node)
    for diagram in context.diagrams:
        for scope in diagram.scopes:
            for node in scope.of_kind("userTask", "manualTask"):
                yield from _person(context, diagram, node)
    for node in context.nodes():
        yield from _prompts(context, node)


def _call(context: Context, node: Node) -> Iterator[Finding]:
    called = (node.element.get("calledElement") or "").strip()
    if not called:
        message = N_("{id} does not say which process it calls.")
        fix, more = foreign.instead(
            node.element,
            foreign.PROCESS,
            N_("{setting} is not read here: enter {value} as calledElement."),
            N_("Enter the id of the called process."),
        )
        yield context.finding("K401", node.place, message, fix, id=node.id, **more)
    elif called not in context.processes:
        near = context.hint(called, context.processes)
        message = N_("{id} calls the process {called}, which is not there.")
        fix = N_("Did you mean {near}?") if near else N_("Add the diagram of the process {called}.")
        yield context.finding("K402", node.place, message, fix, id=node.id, called=called, near=near)
    elif not context.processes[called].executable:
        message = N_("{id} calls the process {called}, which is not marked as executable.")
        fix = N_("Mark the process {called} as executable.")
        yield context.finding("K403", node.place, message, fix, id=node.id, called=called)


def _decision(context: Context, node: Node) -> Iterator[Finding]:
    called = text_of(node.extension("calledDecisionId"))
    if not called:
        message = N_("{id} does not say which decision it uses.")
        fix, more = foreign.instead(
            node.element,
            foreign.DECISION,
            N_("{setting} is not read here: enter {value} as calledDecisionId."),
            N_("Enter the id of a decision as calledDecisionId."),
        )
        yield context.finding("K404", node.place, message, fix, id=node.id, **more)
    elif called not in context.decisions:
        near = context.hint(called, context.decisions)
        message = N_("{id} uses the decision {called}, which is not there.")
        fix = N_("Did you mean {near}?") if near else N_("Add the decision table {called}.")
        yield context.finding("K405", node.place, message, fix, id=node.id, called=called, near=near)


def _service(context: Context, node: Node) -> Iterator[Finding]:
    operator = node.extension("serviceTaskOperator")
    topic = (operator.get("id") or "").strip() if operator is not None else ""
    if operator is None or not topic:
        message = N_("{id} does not say which worker does it.")
        fix, more = foreign.instead(
            node.element,
            foreign.WORK,
            N_("{setting} ({value}) is not read here: set a service task operator whose id is a worker's topic."),
            N_("Set a service task operator whose id is the worker's topic."),
        )
        yield context.finding("K406", node.place, message, fix, id=node.id, **more)
        return
    if context.topics is not None and topic not in context.topics:
        near = context.hint(topic, context.topics)
        message = N_("{id} needs the topic {topic}, which no worker offers.")
        fix = N_("Did you mean {near}?") if near else N_("Use a topic that a worker offers, or add the worker.")
        yield context.finding("K407", node.place, message, fix, id=node.id, topic=topic, near=near)
    seen: set[str] = set()
    for parameter in operator.iter(spiff("parameter")):
        name = parameter.get("id") or ""
        if name in seen or not name or any(parameter.get(part) is None for part in ("type", "value")):
            message = N_("The parameter {name} of {id} is incomplete or stands twice.")
            fix = N_("Give every parameter an id of its own, a type and a value.")
            yield context.finding("K408", node.place, message, fix, id=node.id, name=name)
        seen.add(name)


def _person(context: Context, diagram: Diagram, node: Node) -> Iterator[Finding]:
    if node.kind == "userTask":
        yield from _form(context, node)
    group = group_of(diagram, node)
    if group is None:
        message = N_("{id} stands in no lane, so nobody would see it.")
        fix, more = foreign.instead(
            node.element,
            foreign.PEOPLE,
            N_("{setting} is not read here: draw a lane for the group and put the task into it."),
            N_("Draw lanes and put the task into the lane of the group that does it."),
        )
        yield context.finding("K411", node.place, message, fix, id=node.id, **more)
    elif context.groups is not None and group not in context.groups:
        near = context.hint(group, context.groups)
        message = N_("{id} is for the group {group}, which does not exist.")
        fix = N_("Did you mean {near}?") if near else N_("Set the property group of the lane to an existing group.")
        yield context.finding("K412", node.place, message, fix, id=node.id, group=group, near=near)
    target = node.properties.get("sendBackTo", "").strip()
    if target and target not in node.scope.nodes and not any(target in scope.nodes for scope in diagram.scopes):
        near = context.hint(target, node.scope.nodes)
        message = N_("{id} sends back to {target}, which is not in the diagram.")
        fix = N_("Did you mean {near}?") if near else N_("Enter the id of an earlier user task.")
        yield context.finding("K413", node.place, message, fix, id=node.id, target=target, near=near)
    yield from _loop(context, node)


def _loop(context: Context, node: Node) -> Iterator[Finding]:
    loop = node.properties.get("loop", "").strip()
    if loop and context.loops is not None and loop not in context.loops:
        near = context.hint(loop, context.loops)
        message = N_("{id} begins a round of the loop {loop}, which application.toml does not describe.")
        fix = N_("Did you mean {near}?") if near else N_("Describe the loop in application.toml, as [loops.{loop}].")
        yield context.finding("K414", node.place, message, fix, id=node.id, loop=loop, near=near)


def _prompts(context: Context, node: Node) -> Iterator[Finding]:
    """Prompts are read by people: the task has a page, and the text stands in application.toml."""
    keys = prompt_keys(node.properties.get(PROMPTS))
    if keys and node.kind != "userTask":
        message = N_("{id} has prompts, but no page on which anybody could read them.")
        yield context.finding("K418", node.place, message, N_("Move the prompts to a user task."), id=node.id)
    if context.prompts is None:
        return
    for key in keys:
        if key in context.prompts:
            continue
        near = context.hint(key, context.prompts)
        message = N_("{id} shows the prompt {key}, which application.toml does not have.")
        fix = N_("Did you mean {near}?") if near else N_("Write its text in application.toml, under [prompts].")
        yield context.finding("K417", node.place, message, fix, id=node.id, key=key, near=near)


def _form(context: Context, node: Node) -> Iterator[Finding]:
    form = node.properties.get("formKey", "").strip()
    if not form:
        message = N_("The user task {id} has no form.")
        fix, more = foreign.instead(
            node.element,
            foreign.FORM,
            N_("{setting} is not read here: set the property formKey to the name of a form."),
            N_("Set the property formKey to the name of a form."),
        )
        yield context.finding("K409", node.place, message, fix, id=node.id, **more)
    elif context.forms is not None and form not in context.forms:
        near = context.hint(form, context.forms)
        message = N_("The user task {id} needs the form {form}, which is not there.")
        fix = N_("Did you mean {near}?") if near else N_("Add the form {form}.")
        yield context.finding("K410", node.place, message, fix, id=node.id, form=form, near=near)


def group_of(diagram: Diagram, node: Node) -> str | None:
    """The group of the innermost lane, of the node or of the sub-process it stands in."""
    here: Node | None = node
    while here is not None:
        lanes = diagram.lanes.get(here.id)
        if lanes:
            return properties_of(lanes[-1]).get("group") or lanes[-1].get("id")
        outer = here.scope.parent
        here = outer.nodes.get(here.scope.id) if outer is not None else None
    return None
