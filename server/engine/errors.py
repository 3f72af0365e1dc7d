"""What can go wrong in the engine, as types: no exception of a library leaves this package bare."""

from collections.abc import Mapping
from typing import Any

from server.i18n import translate


class EngineError(Exception):
    """Base of every error of the engine."""


class DiagramRefused(EngineError):
    """A diagram or table that cannot be run.

    code: a check code ('K…') or a dotted name; message and fix: English msgids, filled with params when shown;
    file, process, element: where, as far as known. Raised by the XML gate and by parse_definition.
    """

    def __init__(
        self,
        code: str,
        message: str,
        params: Mapping[str, Any] | None = None,
        file: str | None = None,
        process: str | None = None,
        element: str | None = None,
        fix: str | None = None,
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.params: dict[str, Any] = dict(params or {})
        self.file = file
        self.process = process
        self.element = element
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.code}: {fill(self.message, self.params)}"


class TaskNotOpen(EngineError):
    """The task does not exist any more or is not in the state the call needs. task_id: the id asked for."""

    def __init__(self, task_id: str) -> None:
        super().__init__(f"task {task_id} is not open")
        self.task_id = task_id


class ExpressionError(EngineError):
    """An expression that cannot be read or evaluated.

    expression: its source; reason: an English msgid, filled with params when shown.
    """

    def __init__(self, expression: str, reason: str, **params: Any) -> None:
        super().__init__(f"{fill(reason, params)} (in: {expression[:200]})")
        self.expression = expression
        self.reason = reason
        self.params = params

    def text(self, language: str) -> str:
        """The reason in `language`."""
        return translate(self.reason, language, **self.params)


class ProcessFault(EngineError):
    """An advance went wrong; element_id: where (None when unknown), message: one English sentence.

    The instance in memory is of no use afterwards: throw it away and keep the last saved state.
    """

    def __init__(self, element_id: str | None, message: str) -> None:
        super().__init__(f"{element_id}: {message}" if element_id else message)
        self.element_id = element_id
        self.message = message


class MigrationRefused(EngineError):
    """An instance cannot go on in another version; the instance itself stays as it was.

    code: 'migration.…'; message: English msgid, filled with params when shown; elements: ids of what is in the way.
    """

    def __init__(
        self, code: str, message: str, params: Mapping[str, Any] | None = None, elements: tuple[str, ...] = ()
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.params: dict[str, Any] = dict(params or {})
        self.elements = elements

    def __str__(self) -> str:
        return f"{self.code}: {fill(self.message, self.params)}"


class BudgetExceeded(ProcessFault):
    """An advance took more steps, seconds or bytes than allowed; budget: 'steps', 'seconds' or 'state_bytes'."""

    def __init__(self, element_id: str | None, message: str, budget: str) -> None:
        super().__init__(element_id, message)
        self.budget = budget


def fill(message: str, params: Mapping[str, Any]) -> str:
    """Put params into a msgid's {places}; a msgid without params is taken as it is."""
    return message.format(**params) if params else message
