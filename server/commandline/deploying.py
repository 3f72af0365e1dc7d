"""`kesu deploy`: a folder becomes the next version; what its recorded tests say of it is told first."""

from pathlib import Path

import click

from server.commandline.support import AnswerIsNo, open_context, terminal_language
from server.domain.bundle import Bundle
from server.i18n import N_, translate


def deployed(path: Path, note: str, *, require_tests: bool) -> str:
    """What to print. Raises AnswerIsNo when tests fail that have to pass, and Rejected as publishing does."""
    from server.casework.command import SYSTEM
    from server.casework.run_tests import run_tests
    from server.commands.publish_version import PublishVersion

    language = terminal_language()
    folder = path.resolve()
    bundle = Bundle.from_folder(folder.parents[1], folder.name)
    context = open_context()
    report = run_tests(bundle, calendar=context.calendars.newest(context.settings.site))
    if not report.ok:
        click.echo(report.to_text(language), err=True)
    if require_tests and not report.ok:
        raise AnswerIsNo(translate(N_("Not published: recorded tests do not pass."), language))
    done = context.execute(PublishVersion(actor=SYSTEM, bundle=bundle.to_zip(), note=note)).body
    sentence = N_("{key}: version {version} is published.")
    return translate(sentence, language, key=done["key"], version=done["version"])
