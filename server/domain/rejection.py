"""A refusal: the answer of the house when a request is understood and not accepted."""

import re
from typing import Any

from server.i18n import translate

_CODE = re.compile(r"[a-z_]+(\.[a-z_]+)*")


class Rejected(Exception):
    """Raised when something asked for is refused; nothing has been changed.

    `code` (dotted words, `[a-z_.]+`) is for programs, `message` an English msgid with `{places}` filled
    from `params`, `field` a JSON pointer into what was sent. `details` is a list of JSON-ready dicts; one
    with a `message` msgid may carry its own `params`, which are filled in when it is shown.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        field: str | None = None,
        details: list[dict[str, Any]] | None = None,
        **params: Any,
    ) -> None:
        if not _CODE.fullmatch(code):
            raise ValueError(f"not a rejection code: {code!r}")
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.field = field
        self.details = details
        self.params = params

    def text(self, language: str) -> str:
        """The sentence in `language`."""
        return translate(self.message, language, **self.params)

    def to_json(self, language: str) -> dict[str, Any]:
        """The inner object of the one error shape: `code`, `message` and, where known, `field`, `details`."""
        shown: dict[str, Any] = {"code": self.code, "message": self.text(language)}
        if self.field is not None:
            shown["field"] = self.field
        if self.details is not None:
            shown["details"] = [_detail(detail, language) for detail in self.details]
        return shown

    def __str__(self) -> str:
        return self.text("en")


def _detail(detail: dict[str, Any], language: str) -> dict[str, Any]:
    shown = {name: value for name, value in detail.items() if name != "params"}
    if isinstance(detail.get("message"), str):
        shown["message"] = translate(detail["message"], language, **detail.get("params", {}))
    return shown
