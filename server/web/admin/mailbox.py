"""Mails that went out, or that would have gone had a mail server been set."""

from flask import Response, request, url_for

from server.queries.mailbox import mailbox
from server.web.access import needs
from server.web.person import actor, context
from server.web.replies import page

PER_PAGE = 30


@needs("mailbox.read")
def show() -> Response:
    found = mailbox(context(), actor(), limit=PER_PAGE, cursor=request.args.get("cursor"))
    following = url_for("admin.show_mailbox", cursor=found["next"]) if found["next"] else None
    delivers = bool(context().settings.smtp_url)
    return page("admin/mailbox.html", mails=found["items"], next=following, delivers=delivers)
