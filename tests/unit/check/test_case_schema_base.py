"""A draft's case schema against that of the version whose complaints run (K707)."""

import json
from typing import Any

from server.casework.check_bundle import check_bundle
from server.domain.bundle import Bundle, bundled_root

SCHEMA = "forms/case.schema.json"
BASE = Bundle.from_folder(bundled_root(), "complaint")


def changed(**fields: Any) -> Bundle:
    """The bundled application with fields of the customer set in its case schema; None takes one away."""
    schema: Any = json.loads(BASE[SCHEMA])
    customer = schema["properties"]["customer"]["properties"]
    for name, field in fields.items():
        customer.pop(name, None)
        if field is not None:
            customer[name] = field
    return Bundle({**BASE, SCHEMA: json.dumps(schema).encode()})


def told(bundle: Bundle, base: Bundle | None) -> list[tuple[str, str | None]]:
    return [(one.code, one.element) for one in check_bundle(bundle, None, base) if one.code == "K707"]


def test_what_is_only_added_passes() -> None:
    fax = {"type": "string", "title": "传真\nFax"}
    assert told(changed(fax=fax), BASE) == []
    assert told(BASE, BASE) == []


def test_a_narrower_field_is_an_error_at_its_place() -> None:
    short = {"type": "string", "title": "地址\nAddress", "maxLength": 3}
    assert told(changed(address=short), BASE) == [("K707", "/customer/address")]
    (finding,) = [one for one in check_bundle(changed(address=short), None, BASE) if one.code == "K707"]
    assert (finding.severity, finding.file) == ("error", SCHEMA)


def test_a_field_that_is_gone_is_told_once_no_form_shows_it() -> None:
    assert told(changed(fax={"type": "string"}), changed(fax={"type": "string"})) == []
    assert told(BASE, changed(fax={"type": "string"})) == [("K707", "/customer/fax")]


def test_without_a_version_before_everything_is_new() -> None:
    assert told(changed(address={"type": "integer"}), None) == []
