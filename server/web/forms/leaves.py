"""WTForms fields that read what a person typed as JSON values: None is an empty field."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from wtforms.fields import Field
from wtforms.utils import unset_value

from server.domain.json_gate import check_plain
from server.domain.rejection import Rejected
from server.i18n import N_
from server.web.forms.spec import Spec, type_of

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,20})?")
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")


class Leaf(Field):
    """Base of all fields. `present` tells whether the browser sent it at all: what was hidden stays as it is."""

    def __init__(self, spec: Spec, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(label=spec.title, description=spec.help, **kwargs)
        self.spec = spec
        self.zone = zone
        self.problems: list[str] = []
        self.unread: Rejected | None = None
        self.conflict: dict[str, Any] | None = None
        self.stored: Any = None
        self.present = False
        self.in_row = False

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.stored = self.data = None if data is unset_value else data
        self.present, self.unread = False, None
        if formdata is not None and self.name in formdata and not self.spec.locked:
            self.present = True
            self.raw_data = formdata.getlist(self.name)
            try:
                texts = [value for value in self.raw_data if isinstance(value, str)]
                check_plain(texts)
                self.data = self.read(texts)
            except Rejected as refusal:
                self.unread = refusal

    def read(self, sent: Sequence[str]) -> Any:
        """The JSON value of what was sent; raises Rejected when it is no such value."""
        return sent[0].replace("\r\n", "\n").strip() or None

    @property
    def typed(self) -> str:
        """What stands in the input: what the person typed, even when it could not be read."""
        if self.unread is not None and self.raw_data:
            return str(self.raw_data[0]).replace("\0", "\N{REPLACEMENT CHARACTER}")
        return self.write(self.data)

    def write(self, value: Any) -> str:
        return "" if value is None else str(value)


def number_in(typed: str) -> int | float:
    """The number that was typed; raises Rejected `form.number`."""
    text = unicodedata.normalize("NFKC", typed).strip()
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    if not _NUMBER.fullmatch(text):
        raise Rejected("form.number", N_("This is not a number. Write it like 1200 or 12.5."))
    return float(text) if "." in text else int(text)


class NumberLeaf(Leaf):
    """Accepts full-width digits (Chinese input) and thousands separators; fractions are left to the schema."""

    def read(self, sent: Sequence[str]) -> int | float | None:
        return number_in(sent[0]) if sent[0].strip() else None

    def write(self, value: Any) -> str:
        # Never 1e-05: a person reads and types plain digits.
        return "" if value is None else format(Decimal(str(value)), "f")

    @property
    def inputmode(self) -> str:
        return "numeric" if type_of(self.spec.schema) == "integer" else "decimal"


class DateTimeLeaf(Leaf):
    """A moment, typed in the site's zone, kept in UTC."""

    def read(self, sent: Sequence[str]) -> str | None:
        text = sent[0].strip()
        if not text:
            return None
        if self.stored is not None and text == self.write(self.stored):
            return str(self.stored)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise Rejected("form.moment", N_("This is no date with a time. Write it like 2026-02-28 09:30.")) from None
        local = moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
        return local.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def write(self, value: Any) -> str:
        if not isinstance(value, str):
            return ""
        try:
            return datetime.fromisoformat(value).astimezone(self.zone).strftime("%Y-%m-%dT%H:%M")
        except ValueError:
            return value


class LinesLeaf(Leaf):
    """A list of texts or numbers, one a line."""

    def read(self, sent: Sequence[str]) -> Any:
        lines = [line.strip() for line in sent[0].splitlines() if line.strip()]
        if type_of(self.spec.schema["items"]) in ("integer", "number"):
            return [number_in(line) for line in lines] or None
        return lines or None

    def write(self, value: Any) -> str:
        return "\n".join(str(line) for line in value or ())


class FilesLeaf(Leaf):
    """Ids of uploaded files; new ones come under `upload_name` and are added by `uploads.receive`."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        super().process(formdata, data, extra_filters)
        if self.present:
            gone = set(formdata.getlist(f"{self.name}-remove"))
            self.data = [one for one in self.data or () if one not in gone] or None

    def read(self, sent: Sequence[str]) -> Any:
        return list(dict.fromkeys(one for one in sent if one)) or None

    @property
    def upload_name(self) -> str:
        return f"{self.name}-upload"

    def add(self, file_id: str) -> None:
        if file_id not in (self.data or ()):
            self.data = [*(self.data or ()), file_id]
