"""What the driver thinks is a valid answer, the case file takes: for every form, with sparse and with full answers."""

import uuid
from pathlib import Path
from random import Random

import pytest

from server.domain.bundle import Bundle
from server.domain.case_file import apply_patch
from server.domain.form_schema import restrict
from server.domain.forms import FormBook
from tests.acceptance.driver import merge_whole
from tests.acceptance.support.answers import ALL, LEAST, SOME, Answers
from tests.acceptance.support.schemas import unknown_keywords

pytestmark = pytest.mark.one_database("makes answers up from schemas")

ROOT = Path(__file__).parents[2]
FORMS = FormBook(Bundle.from_folder(ROOT, "complaint"))


@pytest.mark.parametrize("form_key", FORMS.keys())
def test_only_promised_keywords(form_key: str) -> None:
    assert unknown_keywords(FORMS.schema(form_key, "en")) == set()


@pytest.mark.parametrize("dense", [LEAST, SOME, ALL])
@pytest.mark.parametrize("form_key", FORMS.keys())
def test_answers_are_taken(form_key: str, dense: float) -> None:
    for seed in range(12):
        rng = Random(f"{form_key} {dense} {seed}")
        answers = Answers(rng, lambda: uuid.uuid4().hex, dense)
        schema, case = FORMS.schema(form_key, "en"), {}
        for whole in (False, True, False):  # the second and third time over what the first left there
            shown = restrict(schema, case)
            patch = answers.patch(schema, shown)
            case = taken(form_key, case, merge_whole(schema, shown, patch) if whole else patch)


def taken(form_key: str, case: dict, patch: dict) -> dict:
    return apply_patch(
        case,
        patch,
        view=FORMS.schema(form_key),
        revision=0,
        base_revision=None,
        field_revisions={},
        new_id=lambda: uuid.uuid4().hex,
    ).case
