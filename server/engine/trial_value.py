"""The value of one expression outside any case, for whoever writes it."""

from collections.abc import Callable, Mapping
from typing import Any

from server.engine.expressions import Evaluator


def trial_value(
    expression: str, functions: Mapping[str, Callable[..., Any]], case: Mapping[str, Any], known_names: frozenset[str]
) -> Any:
    """Names are read from `case`; a known name that it lacks is null. Raises ExpressionError."""

    def lookup(name: str) -> Any:
        if name in case or name in known_names:
            return case.get(name)
        raise NameError(name)

    return Evaluator(functions).evaluate(expression, lookup)
