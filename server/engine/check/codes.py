"""Every code the check can report, with its severity and a title; docs/design/findings.md shows the same list."""

from dataclasses import dataclass
from typing import Literal

from server.i18n import N_

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class Code:
    """severity: in a bundle; title: English msgid; lone: severity in a diagram checked without its neighbours."""

    severity: Severity
    title: str
    lone: Severity | None = None

    def severity_in(self, *, lone: bool) -> Severity:
        """The severity of a finding in a bundle or in a lone diagram."""
        return self.lone if lone and self.lone else self.severity


def _error(title: str) -> Code:
    return Code("error", title)


def _warning(title: str) -> Code:
    return Code("warning", title)


def _neighbour(title: str) -> Code:
    return Code("error", title, lone="warning")


GATE = {
    "K101": _error(N_("File too large")),
    "K102": _error(N_("File not readable as text")),
    "K103": _error(N_("File empty")),
    "K104": _error(N_("Document type or entities declared")),
    "K105": _error(N_("Not well-formed XML")),
    "K106": _error(N_("Nested too deep")),
    "K107": _error(N_("Too many elements or attributes")),
    "K108": _error(N_("Id used twice in a file")),
    "K109": _error(N_("Neither BPMN nor DMN")),
    "K110": _error(N_("File ending and content differ")),
    "K111": _error(N_("Id too long")),
}

STRUCTURE = {
    "K201": _error(N_("No executable process")),
    "K202": _error(N_("No start event")),
    "K203": _error(N_("No end event")),
    "K204": _error(N_("Reserved id")),
    "K205": _error(N_("Element cannot be reached")),
    "K206": _error(N_("Path leads nowhere")),
    "K207": _error(N_("Several flows leave a task or event")),
    "K208": _error(N_("Flow not connected within its process")),
    "K209": _error(N_("Element without id")),
    "K210": _error(N_("Process or sub-process id used twice")),
    "K211": _warning(N_("Element id used in several processes")),
    "K212": _error(N_("Gateway without default flow")),
    "K213": _error(N_("Flow without condition")),
    "K214": _error(N_("Condition that is never asked")),
    "K215": _error(N_("Default flow belongs to another element")),
    "K216": _error(N_("Parallel split or join on a loop")),
    "K217": _error(N_("Loop without a wait")),
    "K218": _error(N_("Process calls itself")),
    "K219": _error(N_("Several executable pools")),
    "K220": _error(N_("Flow into a start event or out of an end event")),
    "K221": _error(N_("Sub-process needs exactly one start event")),
    "K222": _error(N_("Event gateway leads to something that is no event")),
    "K223": _error(N_("Several timers behind an event gateway")),
    "K224": _error(N_("Too many elements in a row")),
}

ELEMENTS = {
    "K230": _error(N_("Script task")),
    "K231": _error(N_("Script before or after a task")),
    "K232": _error(N_("Ad-hoc sub-process")),
    "K233": _error(N_("Complex gateway")),
    "K234": _error(N_("Event sub-process")),
    "K235": _error(N_("Data store")),
    "K236": _warning(N_("Data association")),
    "K237": _warning(N_("Input and output specification")),
    "K238": _error(N_("Unsupported element")),
    "K239": _error(N_("Compensation")),
}

EVENTS = {
    "K240": _error(N_("Kind of event not possible here")),
    "K241": _error(N_("Link event")),
    "K242": _error(N_("Signal end event")),
    "K243": _error(N_("Start event of an unsupported kind")),
    "K244": Code("info", N_("Non-interrupting message or signal")),
    "K245": _error(N_("Cancel outside a transaction")),
    "K246": _error(N_("Several definitions on one event")),
    "K247": _error(N_("Catching event that waits for nothing")),
    "K248": _error(N_("Boundary event attached to nothing")),
    "K249": _error(N_("Message or signal without name")),
    "K250": _warning(N_("Message without correlation")),
    "K251": _error(N_("Error or escalation without code")),
    "K252": _warning(N_("Signal that nobody sends")),
    "K253": _warning(N_("Border event that nothing brings about")),
}

LOOPS = {
    "K260": _error(N_("Output of a loop incomplete")),
    "K261": _error(N_("Loop without collection or number")),
    "K262": _error(N_("Loop item hides a case field")),
    "K263": _error(N_("Repeating task without condition or limit")),
}

EXPRESSIONS = {
    "K301": _error(N_("Expression cannot be read")),
    "K302": Code("error", N_("Unknown name in an expression"), lone="warning"),
    "K303": _error(N_("Empty expression")),
    "K304": _warning(N_("Condition that is always the same")),
    "K305": _error(N_("Not a path into the case")),
    "K306": Code("error", N_("Result goes to an unknown case field"), lone="warning"),
    "K307": _error(N_("Unknown function")),
    "K308": _error(N_("Unknown part of a field")),
    "K309": _error(N_("Compared with what is no choice")),
    "K320": _error(N_("Ordered or computed with another type")),
    "K321": _error(N_("Compared with another type")),
    "K322": _warning(N_("Comparison that always gives the same answer")),
    "K323": _error(N_("Function given what it cannot take")),
    "K324": _warning(N_("Result goes to a part the schema has not")),
}

TIMERS = {
    "K310": _warning(N_("Time without quotes")),
    "K311": _error(N_("Time that cannot be read")),
    "K312": _error(N_("Cron expression")),
    "K313": _warning(N_("Date without time zone")),
    "K314": _error(N_("Working time where a duration is needed")),
    "K315": _error(N_("Time that is not a text")),
    "K316": _error(N_("Timer without time")),
    "K317": _warning(N_("Repeating timer that can fire only once")),
    "K318": _warning(N_("Field that gives no time")),
}

REFERENCES = {
    "K401": _error(N_("Call without called process")),
    "K402": _neighbour(N_("Called process unknown")),
    "K403": _warning(N_("Called process not executable")),
    "K404": _error(N_("Business rule task without decision")),
    "K405": _neighbour(N_("Decision unknown")),
    "K406": _error(N_("Service task without topic")),
    "K407": _neighbour(N_("Topic unknown")),
    "K408": _error(N_("Incomplete parameter")),
    "K409": _neighbour(N_("User task without form")),
    "K410": _neighbour(N_("Form unknown")),
    "K411": _neighbour(N_("User task in no lane")),
    "K412": _neighbour(N_("Group unknown")),
    "K413": _error(N_("Send-back target unknown")),
    "K414": _neighbour(N_("Loop unknown")),
    "K415": _warning(N_("User task without deadline")),
    "K416": _error(N_("Deadline for a step that is not there")),
    "K417": _neighbour(N_("Prompt unknown")),
    "K418": _warning(N_("Prompts where nobody reads them")),
}

EXTENSIONS = {
    "K501": _error(N_("Unknown extension element")),
    "K502": _error(N_("Unknown extension attribute")),
    "K503": _error(N_("Property without name or value")),
    "K504": _warning(N_("Property probably misspelt")),
    "K505": Code("info", N_("Settings of another engine")),
    "K506": _error(N_("Cost rate that is no number")),
}

TABLES = {
    "K601": _error(N_("No decision table")),
    "K602": _error(N_("Hit policy not supported")),
    "K603": _error(N_("Range without brackets")),
    "K604": _error(N_("Text without quotes")),
    "K605": _error(N_("Aggregation not supported")),
    "K606": _error(N_("Rule with missing or surplus cells")),
    "K607": _error(N_("Input without expression")),
    "K608": _error(N_("Decision that needs another decision")),
    "K609": _error(N_("Two outputs with one name")),
    "K610": _error(N_("Decision id used twice")),
    "K611": _error(N_("Output without name")),
    "K612": _error(N_("Cell with a bare value beside a condition")),
    "K613": _warning(N_("Case that no rule covers")),
    "K614": Code("info", N_("No rule for what is not filled")),
    "K615": _error(N_("Rules that hold at once")),
    "K616": _warning(N_("Rule that is never chosen")),
    "K617": _warning(N_("Cell that is never true")),
    "K618": _error(N_("Result that is no choice")),
    "K619": _warning(N_("Results of several types")),
    "K620": _error(N_("Result that does not fit the field")),
    "K621": _warning(N_("Table too large to be looked at completely")),
}

BUNDLE = {
    "K701": _error(N_("application.toml cannot be used")),
    "K702": _error(N_("Form or case schema not as forms have to be")),
    "K703": _error(N_("Process of the application unknown")),
    "K704": _error(N_("Filing form unknown")),
    "K705": _warning(N_("Process that nothing starts")),
    "K706": _error(N_("Loop uses an unknown case field")),
    "K707": _error(N_("Case schema takes something away")),
    "K708": _error(N_("Cost without a number in the case")),
    "K709": _warning(N_("Cost of a step that is not there")),
    "K710": _warning(N_("Prompt that is shown nowhere")),
}

BEHAVIOUR = {
    "K801": _error(N_("The case can get stuck")),
    "K802": _error(N_("An end is reached while work is stuck")),
    "K803": _error(N_("An end can be reached twice")),
    "K804": _error(N_("Element that can never happen")),
    "K805": _error(N_("No end can be reached any more")),
    "K806": _error(N_("Work piles up on a loop")),
    "K807": _warning(N_("Too large to be looked at completely")),
    "K808": _neighbour(N_("Error that nobody catches")),
}

PARSER = {
    "K901": _error(N_("Not valid by the BPMN schema")),
    "K902": _error(N_("The engine refuses the process")),
    "K903": _error(N_("A rule of the check failed")),
}

CODES: dict[str, Code] = {
    **GATE,
    **STRUCTURE,
    **ELEMENTS,
    **EVENTS,
    **LOOPS,
    **EXPRESSIONS,
    **TIMERS,
    **REFERENCES,
    **EXTENSIONS,
    **TABLES,
    **BUNDLE,
    **BEHAVIOUR,
    **PARSER,
}
