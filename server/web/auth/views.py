"""The pages of the log-in."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from server.commands.change_password import ChangePassword
from server.commands.drop_post import DropPost
from server.commands.set_language import SetLanguage
from server.domain.rejection import Rejected
from server.i18n import LANGUAGES, N_
from server.queries.login_link import actor_of_login_link
from server.queries.sign_in import actor_of, authenticate
from server.security.actor import Actor
from server.web import limits, person
from server.web.access import public, signed_in
from server.web.auth import demo
from server.web.auth.form import login_html
from server.web.replies import done, page, run, see_other
from server.web.resend import KEPT, local_path, mine, resend_page
from server.web.texts import _


def add_to(blueprint: Blueprint) -> None:
    for rule, view, methods in (
        ("/login", login, ["GET"]),
        ("/login", enter, ["POST"]),
        ("/kept", kept, ["GET", "POST"]),
        ("/logout", logout, ["POST"]),
        ("/language", language, ["POST"]),
        ("/password", password, ["GET", "POST"]),
        ("/login/<token>", first_login, ["GET", "POST"]),
    ):
        blueprint.add_url_rule(rule, view_func=view, methods=methods)


@public
def login() -> ResponseReturnValue:
    if person.current_actor() is not None:
        return redirect(local_path(request.args.get("next")), 303)
    return _login_page(next=local_path(request.args.get("next"), ""))


@public
@limits.limiter.limit(limits.LOGIN_BY_ADDRESS, deduct_when=limits.has_failed)
@limits.limiter.limit(limits.LOGIN_BY_NAME, key_func=limits.attempted_name, deduct_when=limits.has_failed)
def enter() -> ResponseReturnValue:
    form = request.form
    found = demo.enter() or authenticate(person.context(), form.get("username", "").strip(), form.get("password", ""))
    if found is None:
        return _login_page(
            401,
            next=local_path(form.get("next"), ""),
            kept_for=form.get("kept_for", "")[:80],
            username=form.get("username", "")[:80],
            problem=_(N_("The user name or the password is not right.")),
        )
    person.sign_in(found)
    if mine(found) is not None:
        return see_other(url_for("auth.kept", next=local_path(form.get("next"), "")))
    return see_other(local_path(form.get("next")))


@signed_in
def kept() -> Response:
    """What was sent when the session had ended: send it again, look at it, or throw it away."""
    onward = local_path(request.values.get("next"))
    if request.method == "POST":
        run(DropPost(actor=person.actor(), post_id=request.form.get(KEPT, "")))
        return see_other(url_for("auth.kept"))
    post = mine(person.actor())
    return see_other(onward) if post is None else resend_page(post)


@public
def logout() -> ResponseReturnValue:
    person.sign_out()
    return see_other(url_for("auth.login"))


@public
def language() -> ResponseReturnValue:
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        reader = person.current_actor()
        if reader is not None:
            run(SetLanguage(actor=reader, language=chosen))
        person.choose_language(chosen)
    return see_other(local_path(request.form.get("next")))


@signed_in
def password() -> ResponseReturnValue:
    if request.method == "GET":
        return page("auth/password.html", first=False, problem="", name="")
    return _set_password(person.actor(), request.form.get("old"), first=False)


@public
@limits.limiter.limit(limits.PUBLIC_PAGES)
def first_login(token: str) -> ResponseReturnValue:
    """Lets its owner set a password, once; afterwards the link is dead."""
    owner = actor_of_login_link(person.context(), token)
    if request.method == "GET":
        return page("auth/password.html", first=True, problem="", name=owner.display_name)
    return _set_password(owner, None, first=True)


def _set_password(owner: Actor, old: str | None, first: bool) -> Response:
    new = request.form.get("new", "")
    if new != request.form.get("again", ""):
        refusal: Rejected | None = Rejected("user.password_twice", N_("The two new passwords are not the same."))
    else:
        _answer, refusal = run(ChangePassword(actor=owner, old=old, new=new))
    if refusal is not None:
        problem = refusal.text(person.language())
        return page("auth/password.html", 422, first=first, problem=problem, name=owner.display_name)
    person.sign_in(actor_of(person.context(), owner.user_id) or owner)
    done(N_("Your password is set."))
    return see_other(url_for("tasks.listing"))


def _login_page(status: int = 200, **values: Any) -> Response:
    return make_response(login_html(**values), status)
