"""What every command of `kesu` needs: settings, a prepared context, errors as one sentence."""

import os
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from server.i18n import N_, best_language, translate
from server.settings import Settings, SettingsError

if TYPE_CHECKING:
    from server.casework.context import Context


def terminal_language() -> str:
    """The language of the terminal, by the usual variables: `zh_CN.UTF-8` reads Chinese, anything else English."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((os.environ[name].partition(".")[0] for name in names if os.environ.get(name)), "")
    return best_language(locale.replace("_", "-"), default="en")


def say(text: str, **params: Any) -> None:
    """Print `text` (an English msgid) in the language of the terminal."""
    click.echo(translate(text, terminal_language(), **params))


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
        from server.persistence.postgres import UnfitServer
        from server.persistence.trouble import DatabaseAway, DatabaseBusy, one_line

        try:
            return act(*args, **kwargs)
        except Rejected as refusal:
            kind = CannotRun if refusal.code == "unavailable" else AnswerIsNo
            raise kind(refusal.text(terminal_language())) from None
        except (OperationalError, DatabaseAway, DatabaseBusy, UnfitServer) as error:
            sentence = N_("The database cannot be opened: {why}")
            why = one_line(getattr(error, "orig", error))
            raise CannotRun(translate(sentence, terminal_language(), why=why)) from None
        except ModuleNotFoundError as error:
            # A database driver, or a part that only some settings need.
            sentence = N_("The Python package “{name}” is missing; these settings need it.")
            raise CannotRun(translate(sentence, terminal_language(), name=str(error.name))) from None
        except BrokenPipeError:
            raise  # the reader of our output has had enough, which click ends in silence
        except (OSError, WorkerNotLoaded) as error:
            raise CannotRun(str(error)) from None

    return guarded
