"""The demo's people come in by a press on their name: no password, on this machine only (`kesu serve --demo`)."""

from dataclasses import dataclass

from flask import request

from server.domain.texts import pick_line
from server.queries.sign_in import actor_named
from server.security.actor import Actor
from server.security.demo import DEMO_PEOPLE
from server.security.permissions import GROUPS
from server.web.person import context, language


@dataclass(frozen=True)
class Face:
    username: str
    display_name: str
    groups: str


def faces() -> list[Face]:
    """Who may come in without a password: nobody, unless this is the demo."""
    if not context().demo:
        return []
    return [Face(one.username, one.display_name, _groups(one.groups)) for one in DEMO_PEOPLE]


def enter() -> Actor | None:
    """The demo person that was pressed or typed."""
    wanted = request.form.get("demo") or request.form.get("username", "").strip()
    if wanted not in {face.username for face in faces()}:
        return None
    return actor_named(context(), wanted)


def _groups(keys: tuple[str, ...]) -> str:
    if len(keys) == len(GROUPS):
        return pick_line(GROUPS["admin"], language=language())
    return " · ".join(pick_line(GROUPS[key], language=language()) for key in keys)
