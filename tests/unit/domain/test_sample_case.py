"""A made-up case fits its schema, so that templates are tried on what they will meet."""

from datetime import UTC, datetime

import pytest

from server.domain.bundle import Bundle, bundled_root
from server.domain.form_errors import errors
from server.domain.forms import FormBook
from server.domain.sample_case import sample_case

AT = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_made_up_complaint_fits_the_case_schema(language: str) -> None:
    schema = FormBook(Bundle.from_folder(bundled_root(), "complaint")).case_schema(language)
    case = sample_case(schema, AT)
    assert case["customer"]["name"] == ("客户名称" if language == "zh-CN" else "Customer name")
    assert [error.field for error in errors(schema, case, language)] == []
