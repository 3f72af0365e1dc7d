"""From a field of a schema to a field of WTForms."""

from typing import Any
from zoneinfo import ZoneInfo

from server.web.forms.choices import BooleanLeaf, ChoiceLeaf, ChoicesLeaf
from server.web.forms.leaves import DateTimeLeaf, FilesLeaf, Leaf, LinesLeaf, NumberLeaf
from server.web.forms.rows import RowsLeaf
from server.web.forms.spec import Spec, type_of

_KINDS: dict[str, type[Leaf]] = {
    "rows": RowsLeaf,
    "files": FilesLeaf,
    "lines": LinesLeaf,
    "choices": ChoicesLeaf,
    "choice": ChoiceLeaf,
    "number": NumberLeaf,
    "datetime": DateTimeLeaf,
}


def unbound(spec: Spec, zone: ZoneInfo) -> Any:
    """A WTForms field for `spec`, to be bound by a form; `zone` is the site's."""
    made = BooleanLeaf if type_of(spec.schema) == "boolean" else _KINDS.get(spec.kind, Leaf)
    return made(spec=spec, zone=zone)
