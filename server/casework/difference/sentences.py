"""Sentences of consequences that count: what is said of one and what of many."""

from server.i18n import N_

Pair = tuple[str, str]

GOES_THROUGH: Pair = (
    N_("{count} open complaint will now go through “{step}”."),
    N_("{count} open complaints will now go through “{step}”."),
)
MAY_GO_THROUGH: Pair = (
    N_("{count} open complaint may come to “{step}”, depending on its way."),
    N_("{count} open complaints may come to “{step}”, depending on their way."),
)
WILL_NEED: Pair = (
    N_("{count} open complaint will now need “{step}” by {group}."),
    N_("{count} open complaints will now need “{step}” by {group}."),
)
MAY_NEED: Pair = (
    N_("{count} open complaint may come to the new step “{step}” by {group}, depending on its way."),
    N_("{count} open complaints may come to the new step “{step}” by {group}, depending on their way."),
)
NO_LONGER: Pair = (
    N_("{count} open complaint will no longer pass “{step}”."),
    N_("{count} open complaints will no longer pass “{step}”."),
)
NO_LONGER_PERHAPS: Pair = (
    N_("{count} open complaint might have come to “{step}” and no longer can."),
    N_("{count} open complaints might have come to “{step}” and no longer can."),
)
STANDS_AT_GONE: Pair = (
    N_("{count} stands at “{step}” now and must be told where it goes on."),
    N_("{count} stand at “{step}” now and must be told where they go on."),
)
MOVED: Pair = (
    N_("{count} open complaint comes to “{step}” at its new place, behind {behind}."),
    N_("{count} open complaints come to “{step}” at its new place, behind {behind}."),
)
MAY_MOVED: Pair = (
    N_("{count} open complaint may come to “{step}” at its new place, behind {behind}."),
    N_("{count} open complaints may come to “{step}” at its new place, behind {behind}."),
)
STANDS_AT_MOVED: Pair = (
    N_("{count} stands at “{step}” now and goes on from its new place."),
    N_("{count} stand at “{step}” now and go on from its new place."),
)
STANDS_AT_CHANGED: Pair = (
    N_("{count} open complaint stands at “{step}”, where this changes: {what}."),
    N_("{count} open complaints stand at “{step}”, where this changes: {what}."),
)
COMES_TO_CHANGED: Pair = (
    N_("{count} open complaint still comes or may come to “{step}”, where this changes: {what}."),
    N_("{count} open complaints still come or may come to “{step}”, where this changes: {what}."),
)
TASKS_CHANGE_HANDS: Pair = (
    N_("{count} open task “{step}” goes from {old} to {new}."),
    N_("{count} open tasks “{step}” go from {old} to {new}."),
)
COMES_TO_OTHER_HANDS: Pair = (
    N_("{count} open complaint still comes or may come to “{step}”, which {new} will do instead of {old}."),
    N_("{count} open complaints still come or may come to “{step}”, which {new} will do instead of {old}."),
)
DUE: Pair = (
    N_("For {count} open complaint “{step}” will be due in {new} instead of {old}."),
    N_("For {count} open complaints “{step}” will be due in {new} instead of {old}."),
)
KEEPS_DUE: Pair = (
    N_("{count} stands at “{step}” now and keeps the due date it has."),
    N_("{count} stand at “{step}” now and keep the due dates they have."),
)
LOST: Pair = (
    N_("{count} more stands at a step the new version does not have: where it goes on must be said first."),
    N_("{count} more stand at steps the new version does not have: where they go on must be said first."),
)
DEADLINE_MOVES: Pair = (
    N_("{count} of them stands there now: its due date moves."),
    N_("{count} of them stand there now: their due dates move."),
)
DEADLINE_OF_LEVEL: Pair = (
    N_("For {count} open complaint of level {level} “{step}” is due in {new} instead of {old}."),
    N_("For {count} open complaints of level {level} “{step}” is due in {new} instead of {old}."),
)
DEADLINE: Pair = (
    N_("For {count} open complaint “{step}” is due in {new} instead of {old}."),
    N_("For {count} open complaints “{step}” is due in {new} instead of {old}."),
)
DECIDED_OTHERWISE: Pair = (
    N_("“{table}” would answer otherwise for {count} open complaint, with what it holds today:"),
    N_("“{table}” would answer otherwise for {count} open complaints, with what they hold today:"),
)
DECIDED: Pair = (
    N_("{what}: {new} instead of {old} for {count}."),
    N_("{what}: {new} instead of {old} for {count}."),
)
DECIDED_ALREADY: Pair = (
    N_("{count} open complaint would be decided otherwise today by “{table}”, but is past it and keeps its result."),
    N_(
        "{count} open complaints would be decided otherwise today by “{table}”, but are past it and keep their results."
    ),
)
UNDECIDED: Pair = (
    N_("For {count} open complaint “{table}” has no answer yet with what it holds today."),
    N_("For {count} open complaints “{table}” has no answer yet with what they hold today."),
)
GOES_OTHERWISE: Pair = (
    N_("{count} open complaint would go from “{gateway}” to {new} instead of {old}, with what it holds today."),
    N_("{count} open complaints would go from “{gateway}” to {new} instead of {old}, with what they hold today."),
)
WAY_CHANGED: Pair = (
    N_("{count} open complaint stands at or still comes to “{gateway}”, which leads elsewhere."),
    N_("{count} open complaints stand at or still come to “{gateway}”, which leads elsewhere."),
)
ASKS_MORE: Pair = (
    N_("{count} open task “{step}” also asks for {fields}."),
    N_("{count} open tasks “{step}” also ask for {fields}."),
)
COMES_TO_FORM: Pair = (
    N_("{count} open complaint still comes or may come to “{step}”, which also asks for {fields}."),
    N_("{count} open complaints still come or may come to “{step}”, which also asks for {fields}."),
)
HOLDS_LOST: Pair = (
    N_("{count} open complaint has filled “{field}”, which the new version does not have any more."),
    N_("{count} open complaints have filled “{field}”, which the new version does not have any more."),
)
HOLDS_WRONG: Pair = (
    N_("{count} open complaint holds in “{field}” what is no value of it in the new version."),
    N_("{count} open complaints hold in “{field}” what is no value of it in the new version."),
)
MORE_ROUNDS: Pair = (
    N_("{count} open complaint may go round {new} times instead of {old}."),
    N_("{count} open complaints may go round {new} times instead of {old}."),
)
