"""`kesu user …` and `kesu token create`."""

import sys

import click

from server.commandline.support import open_context, plain_refusals, say, terminal_language
from server.i18n import N_, translate


@click.group()
def user() -> None:
    """People who may log in."""


@user.command()
@click.argument("username")
@click.option("--name", "display_name", default="", help="Name shown to others.")
@click.option("--groups", default="", help="Groups, separated by commas.")
@click.option("--email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@plain_refusals
def add(username: str, display_name: str, groups: str, email: str | None, password_stdin: bool) -> None:
    """Add a person; without a password a one-time log-in link is printed."""
    from server.casework.command import SYSTEM
    from server.commands.add_user import AddUser
    from server.security.links import login_token

    context = open_context()
    password = sys.stdin.readline().rstrip("\n") if password_stdin else None
    wanted = tuple(group.strip() for group in groups.split(",") if group.strip())
    context.execute(
        AddUser(
            actor=SYSTEM,
            username=username,
            display_name=display_name,
            groups=wanted,
            email=email,
            password=password,
        )
    )
    if password is None:
        token = login_token(username, None, context.settings.secret(), context.clock.now())
        click.echo(f"{context.settings.public_url}/login/{token}")
    else:
        say(N_("{name} was added."), name=username)


@user.command()
@click.argument("username")
@plain_refusals
def disable(username: str) -> None:
    """Disable a person and his tokens."""
    from server.casework.command import SYSTEM
    from server.commands.disable_user import DisableUser

    open_context().execute(DisableUser(actor=SYSTEM, username=username))
    say(N_("{name} is disabled: no log-in and no token works any more."), name=username)


@user.command(name="list")
@plain_refusals
def list_() -> None:
    """List everybody: user name, name, groups, active or not."""
    from server.queries.people import people

    for person in people(open_context()):
        state = translate(N_("active") if person["is_active"] else N_("disabled"), terminal_language())
        click.echo(f"{person['username']}\t{person['display_name']}\t{','.join(person['groups'])}\t{state}")


@click.group()
def token() -> None:
    """Access tokens for scripts."""


@token.command()
@click.argument("username")
@plain_refusals
def create(username: str) -> None:
    """Make a token for USERNAME and print it, alone."""
    from server.casework.command import SYSTEM
    from server.commands.create_token import CreateToken

    click.echo(open_context().execute(CreateToken(actor=SYSTEM, username=username)).body["token"])
