"""The form script of the bundle: what shows when, rows, files, drafts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.workshop import workshop

FORM = """<form method="post" action="/sent" data-case-form data-draft-url="/draft" data-text-saving="保存中" data-text-saved="已保存"
 data-text-failed="未保存"><input type="hidden" name="revision" value="0">
<select class="form-select" name="containment-method"><option value="rework">返工</option><option value="on_site">到场</option></select>
<div data-show-when='{"field": "containment-method", "equals": "on_site"}'>
  <label>人员 <input class="form-control" name="containment-people" required></label></div>
<div data-rows data-max-rows="3"><table class="row-table"><tbody data-rows-body>
  <tr data-row><td><input name="team-0-name" value="王"></td><td><button class="btn" data-remove-row name="remove_row" value="team-0">×</button></td></tr>
</tbody></table><template data-row-template><tr data-row><td><input name="team-__row__-name"></td>
  <td><button class="btn" data-remove-row name="remove_row" value="team-__row__">×</button></td></tr></template>
<button class="btn" data-add-row name="add_row" value="team">加行</button></div>
<input class="form-control" type="file" name="photos" multiple data-max-bytes="100" data-text-too-large="太大，最多">
<div class="sticky-actions"><button class="btn btn-primary" type="submit">完成</button><span data-draft-status></span></div></form>"""
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)


@pytest.fixture
def drafts() -> list[dict]:
    return []


@pytest.fixture
def form(serve, quiet_page, drafts) -> Iterator:
    with serve(workshop({"form": FORM}, drafts)) as address:
        quiet_page.goto(f"{address}/form")
        quiet_page.locator("form[data-ready]").wait_for()
        yield quiet_page
        quiet_page.goto("about:blank")


@pytest.fixture
def patient(form):
    """Leaving is allowed here: the guard has a test of its own."""
    form.on("dialog", lambda dialog: dialog.accept())
    return form


def test_a_hidden_field_is_neither_demanded_nor_sent(patient):
    field = patient.locator("[name=containment-people]")
    expect(field).to_be_hidden()
    expect(field).to_be_disabled()
    patient.select_option("[name=containment-method]", "on_site")
    expect(field).to_be_visible()
    expect(field).to_be_enabled()
    patient.select_option("[name=containment-method]", "rework")
    patient.get_by_role("button", name="完成").click()
    patient.wait_for_url("**/sent")
    assert "containment-people" not in patient.content()


def test_rows_are_added_to_the_limit_and_removed(patient):
    for _ in range(2):
        patient.get_by_role("button", name="加行").click()
    expect(patient.locator("[name=team-2-name]")).to_be_focused()
    expect(patient.get_by_role("button", name="加行")).to_be_disabled()
    patient.locator("[data-remove-row]").nth(1).click()
    assert patient.locator("[data-row] input").evaluate_all("all => all.map((one) => one.name)") == [
        "team-0-name",
        "team-2-name",
    ]
    patient.get_by_role("button", name="加行").click()
    expect(patient.locator("[name=team-3-name]")).to_be_focused()


def test_picked_files_show_a_picture_their_size_and_what_is_too_large(patient):
    patient.set_input_files(
        "[name=photos]",
        [
            {"name": "裂纹.png", "mimeType": "image/png", "buffer": PIXEL},
            {"name": "报告.pdf", "mimeType": "application/pdf", "buffer": b"%PDF" + b"0" * 2000},
        ],
    )
    expect(patient.locator(".file-preview li")).to_have_count(2)
    expect(patient.locator(".file-preview canvas")).to_have_count(1)
    expect(patient.locator(".file-preview .too-large")).to_contain_text("太大，最多 100")
    assert patient.locator("[name=photos]").evaluate("input => input.validity.customError")


def test_a_draft_saves_itself_with_the_token_and_moves_the_revision(patient, drafts):
    patient.fill("[name=team-0-name]", "李")
    expect(patient.locator("[data-draft-status]")).to_contain_text("已保存", timeout=8000)
    assert drafts[0]["team-0-name"] == "李"
    assert drafts[0]["token"] == "token-of-the-page"
    expect(patient.locator("[name=revision]")).to_have_value("1")


def test_leaving_with_something_unsaved_asks_first(form):
    asked = []
    form.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    form.locator("[name=team-0-name]").press_sequentially("李")
    form.reload()
    assert asked == ["beforeunload"]
    form.locator("form[data-ready]").wait_for()
    form.reload()
    assert asked == ["beforeunload"]


def test_without_script_everything_is_visible(serve, browser, drafts):
    with serve(workshop({"form": FORM}, drafts)) as address:
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{address}/form")
        expect(page.locator("[name=containment-people]")).to_be_visible()
        context.close()


def test_controls_are_large_enough_for_a_thumb(form):
    for control in form.locator("button:visible, select:visible, [type=file]:visible").all():
        assert control.bounding_box()["height"] >= 44
