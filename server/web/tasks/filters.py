"""Filters of the list that a person keeps: save what is chosen, rename, delete."""

from flask import Response, request

from server.commands.delete_filter import DeleteFilter
from server.commands.rename_filter import RenameFilter
from server.commands.save_filter import SaveFilter
from server.i18n import N_
from server.web.access import needs
from server.web.person import actor
from server.web.replies import act, command_id
from server.web.tasks.listing import asked_in, link_to


@needs("task.work")
def save() -> Response:
    asked, name = asked_in(request.form), request.form.get("name", "")
    command = SaveFilter(actor=actor(), command_id=command_id("filter", name, asked), name=name, asked=asked)
    return act(command, N_("The filter is kept. It stands above the list from now on."), link_to(asked))


@needs("task.work")
def rename(filter_id: int) -> Response:
    command = RenameFilter(actor=actor(), filter_id=filter_id, name=request.form.get("name", ""))
    return act(command, N_("The filter has its new name."), link_to(asked_in(request.form)))


@needs("task.work")
def delete(filter_id: int) -> Response:
    command = DeleteFilter(actor=actor(), filter_id=filter_id)
    return act(command, N_("The filter is deleted."), link_to(asked_in(request.form)))
