"""Which HTTP status a refusal has; one table for pages and API."""

from server.domain.rejection import Rejected

_BY_CODE = {
    "unauthenticated": 401,
    "method_not_allowed": 405,
    "too_large": 413,
    "malformed.content_type": 415,
    "rate_limited": 429,
    "internal": 500,
    "unavailable": 503,
    "case.changed": 409,
    "case.conflict": 409,
    "command.reused": 409,
    "draft.changed": 409,
    "draft.closed": 409,
    "draft.both_changed": 409,
    "draft.not_proposed": 409,
    "draft.outdated": 409,
    "instance.cannot_move": 422,
    "instance.no_way_back": 422,
    "instance.reason_missing": 422,
    "message.ambiguous": 409,
    "migration.moved": 409,
    "migration.not_done": 409,
    "migration.running": 409,
    "repair.in_hand": 409,
    "repair.nothing": 409,
    "request.ended": 409,
    "request.too_early": 409,
    "form.look": 200,
    "task.claimed": 409,
    "task.delegated": 409,
    "task.draft_changed": 409,
    "task.delegated_already": 409,
    "task.form_waits": 422,
    "task.not_open": 409,
    "task.still_open": 409,
    "task.unsigned": 409,
    "task.urged_already": 409,
    "task.worked_on": 409,
}
_BY_FAMILY = {"malformed": 400, "unauthenticated": 401, "forbidden": 403, "not_found": 404, "instance": 409}


def status_of(refusal: Rejected | str) -> int:
    """HTTP status of a refusal or its code: the code's own, else its first word's, else 422."""
    code = refusal if isinstance(refusal, str) else refusal.code
    return _BY_CODE.get(code) or _BY_FAMILY.get(code.partition(".")[0], 422)
