"""What managers ask of all complaints at once."""

from server.queries.stuck_cases import stuck_cases as cases_at
from server.queries.stuck_filters import read_filters
from server.queries.where_stuck import where_stuck as places_of
from server.web.api.call import Call, Reply


def where_stuck(call: Call) -> Reply:
    filters = read_filters(call.query)
    key, inside = call.query["definition"], call.query["inside"]
    found = places_of(call.context, call.actor, key, filters, language=call.language, inside=inside)
    return 200, {name: value for name, value in found.items() if name != "language_index"}


def stuck_cases(call: Call) -> Reply:
    filters, asked = read_filters(call.query), call.query
    found = cases_at(
        call.context,
        call.actor,
        asked["definition"],
        asked["element"],
        filters,
        language=call.language,
        inside=asked["inside"],
        **call.page,
    )
    return 200, found
