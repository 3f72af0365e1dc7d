"""What every command of `kesu` needs: settings, a prepared context, errors as one sentence."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from server.settings import Settings, SettingsError

if TYPE_CHECKING:
    from server.casework.context import Context


class CannotRun(click.ClickException):
    """Wrong use, or something is missing: one sentence on standard error, exit status 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(self.message, err=True)


class AnswerIsNo(CannotRun):
    """The command ran and its answer is no: exit status 1."""

    exit_code = 1


def settings_of(**given: Any) -> Settings:
    """Settings from the environment; `given` wins. Raises CannotRun."""
    try:
        return Settings.load(**given)
    except SettingsError as error:
        raise CannotRun(str(error)) from None


def open_context(settings: Settings | None = None) -> "Context":
    """A context on a prepared database; the first command on an empty data folder prepares it."""
    from server.app import build_context
    from server.start import prepare

    context = build_context(settings or settings_of())
    prepare(context)
    return context


def plain_refusals(act: Callable[..., Any]) -> Callable[..., Any]:
    """A refusal of the house becomes a sentence and exit status 1; a database or folder that cannot be used, 2."""

    @wraps(act)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        from sqlalchemy.exc import OperationalError

        from server.domain.rejection import Rejected
        from server.jobs.registry import WorkerNotLoaded

        try:
            return act(*args, **kwargs)
        except Rejected as refusal:
            raise AnswerIsNo(str(refusal)) from None
        except OperationalError as error:
            raise CannotRun(f"The database cannot be opened: {error.orig}") from None
        except (OSError, WorkerNotLoaded) as error:
            raise CannotRun(str(error)) from None

    return guarded
