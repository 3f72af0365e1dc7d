"""The analysis, as tables."""

from server.queries.analysis.ask import ask, ground_of
from server.web.api.call import Call, Reply


def analyse(call: Call) -> Reply:
    args = {name: value for name, value in call.query.items() if isinstance(value, str)}
    question = call.path["question"]
    ground = ground_of(call.context, call.actor, args, call.language)
    answer = ask(ground, question, args)
    filters = ground.filters
    return 200, {
        "question": question,
        "application": filters.application,
        "from": filters.first.isoformat(),
        "to": filters.last.isoformat(),
        "by": filters.by,
        "filters": dict(filters.values),
        "tables": [table.to_json() for table in answer.tables],
        "missing": list(answer.missing),
    }
