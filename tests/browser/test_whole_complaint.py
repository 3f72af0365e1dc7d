"""One whole complaint through the pages, as its people do it: desk and phone, Chinese and English.

KESU_SCREENSHOTS names a folder that keeps what was seen.
"""

import os
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, expect
from pypdf import PdfReader

from server.casework.context import Context
from server.documents.archive import verify_package
from tests.browser.whole.office import Office, Person, open_for_work
from tests.browser.whole.story import NOT_QUALITY, STORIES, Story

PHOTO_WIDTH = 640  # pixels
URGENCY = ["late", "red", "amber", "green", "none"]
DEFECT = """<body style="margin:0"><svg width="640" height="480" xmlns="http://www.w3.org/2000/svg">
<rect width="640" height="480" fill="#c9cdd2"/><rect x="90" y="70" width="460" height="330" rx="36" fill="#4a5560"/>
<rect x="140" y="120" width="360" height="230" rx="18" fill="#5d6975"/><ellipse cx="430" cy="170" rx="52" ry="30" fill="#3c454e"/>
<path d="M150 330 L240 262 L282 300 L352 214" stroke="#e8eaed" stroke-width="5" fill="none"/></svg>"""


@pytest.fixture(scope="module")
def address(shared_house: Context) -> Iterator[str]:
    with open_for_work(shared_house) as found:
        yield found


@pytest.fixture(scope="module")
def photo(browser: Browser) -> FilePayload:
    """A picture as a camera makes it: JPEG, some 10 kB."""
    page = browser.new_page(viewport={"width": PHOTO_WIDTH, "height": 480})
    page.set_content(DEFECT)
    taken = page.screenshot(type="jpeg", quality=80)
    page.close()
    return {"name": "IMG_2031.jpg", "mimeType": "image/jpeg", "buffer": taken}


@pytest.fixture
def new_office(
    shared_house: Context, address: str, browser: Browser, tmp_path: Path
) -> Iterator[Callable[[str, str], Office]]:
    kept = Path(os.environ.get("KESU_SCREENSHOTS") or tmp_path)
    made: list[Office] = []

    def make(size: str, language: str) -> Office:
        made.append(Office(shared_house, address, browser, size, language, kept / f"{language}-{size}"))
        return made[-1]

    yield make
    for office in made:
        office.close()


@pytest.mark.slow
@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_from_the_call_to_the_archive(
    new_office: Callable[[str, str], Office], photo: FilePayload, size: str, language: str
) -> None:
    office, story = new_office(size, language), STORIES[language]
    number = files_a_complaint(office.person("sales1"), story, photo)
    receives_it(office, number, story, photo)
    steps = [element for element in story.answers if element != "receive"]
    for element in steps[: steps.index("emergency")]:
        does(office, number, element, story)
    needs_a_quantity(office, number, story, photo)
    for element in steps[steps.index("emergency") + 1 : steps.index("approve_plan")]:
        does(office, number, element, story)
    is_sent_back(office, number, story)
    does(office, number, "verify_plan", story)
    shows_a_running_complaint(office.person("manager"), number)
    for element in steps[steps.index("approve_plan") :]:
        does(office, number, element, story)
    manager = office.person("manager")
    shows_the_way_taken(manager, number, story, photo["name"])
    gives_report_and_archive(manager, number, story)
    shows_the_mails(manager, number, story)
    assert not office.eye.foreign, "\n".join(office.eye.foreign)
    assert not any(person.trouble for person in office.people.values())


def files_a_complaint(sales: Person, story: Story, photo: FilePayload) -> str:
    """Its number."""
    sales.looks("tasks")
    sales.press(sales.page.locator(".app-nav").get_by_role("link", name=sales.says("File a complaint")))
    form = sales.form("file")
    form.fill(story.filed)
    form.attach("/problem/photos", photo)
    expect(sales.page.locator(".file-preview canvas")).to_have_count(1)
    expect(sales.page.get_by_label(sales.says("Take a photo")).first).to_be_visible(visible=sales.office.touch)
    sales.looks("filing")
    sales.press_button("File it and get the number")
    shown = sales.page.locator("main .case-number").first
    expect(shown).to_have_text(re.compile(r"\S"))
    number = shown.inner_text()
    expect(sales.page.locator("main").get_by_role("status")).to_contain_text(number)
    sales.looks("filed")
    return number


def receives_it(office: Office, number: str, story: Story, photo: FilePayload) -> None:
    """Taken from the list, saved half done, found again; then the next step is handed on."""
    sales = office.person("sales1")
    sales.goes_to("Tasks")
    card = sales.task(number, office.step("receive"))
    states = sales.page.locator(".card-item").evaluate_all("all => all.map((one) => one.dataset.state)")
    assert states == sorted(states, key=URGENCY.index), "the list is not most urgent first"
    sales.press_button("I take it", card)
    form = sales.form("receive")
    form.fill(story.answers["receive"])
    sales.press_button("Save draft")
    expect(sales.page.locator("main").get_by_role("status").first).to_contain_text(
        sales.says("Saved. Nobody else sees the draft until the task is completed.")
    )
    sales.goes_to("Complaints")
    sales.looks("register")
    form = sales.opens(number, "receive")
    expect(sales.page.locator(".notice")).to_contain_text(sales.says("Your draft is loaded."))
    expect(form.field("/problem/losses")).to_have_value(story.answers["receive"]["problem"]["losses"])
    form.attach("/problem/photos", {**photo, "name": "IMG_2032.jpg"})
    sales.looks("receive-draft")
    completes(office, sales, "receive")
    sales.opens(number, "record")
    sales.press(sales.page.get_by_text(sales.says("Hand on to a colleague")))
    sales.page.get_by_label(sales.says("To whom")).select_option("sales2")
    sales.page.get_by_label(sales.says("Why (the colleague reads it)")).fill(story.why_handed_on)
    sales.looks("hand-on")
    sales.press_button("Hand on")
    expect(sales.page.locator("main .notices > .notice")).to_be_visible()


def does(office: Office, number: str, element: str, story: Story | None = None, data: Any = None) -> None:
    """A step without incident: read, fill, complete."""
    person = office.who(element)
    form = person.opens(number, element)
    expect(person.page.locator(".guide")).to_contain_text(re.compile(r"\S{4}"))
    assert (form.form.locator("input, select, textarea")).count()
    form.fill(data if story is None else story.answers[element])
    person.looks(element)
    completes(office, person, element)


def completes(office: Office, person: Person, element: str) -> None:
    person.press_button("Complete")
    done = person.says("Done: {task}.", task=office.step(element))
    expect(person.page.locator("main").get_by_role("status").first).to_have_text(done)
    office.time_passes()


def needs_a_quantity(office: Office, number: str, story: Story, photo: FilePayload) -> None:
    """What the browser cannot know the server says at the field, and nothing typed is lost."""
    person, told = office.who("emergency"), dict(story.answers["emergency"]["containment"])
    form = person.opens(number, "emergency")
    quantity = told.pop("quantity")
    form.fill({"containment": told})
    form.attach("/containment/photos", photo)
    person.press_button("Complete")
    field = person.form("emergency").field("/containment/quantity")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(person.page.locator("#containment-quantity-problem")).to_be_visible()
    expect(person.page.locator("#containment-emergency_action")).to_have_value(told["emergency_action"])
    expect(person.page.locator("#containment-actions ~ .row-cards .row-card")).to_have_count(len(told["actions"]))
    expect(person.page.locator(".kept-files")).to_contain_text(photo["name"])
    person.is_refused(422)
    person.looks("emergency-refused")
    field.fill(str(quantity))
    completes(office, person, "emergency")


def is_sent_back(office: Office, number: str, story: Story) -> None:
    """The manager wants more; the plan comes back with what was filled in, and goes up again."""
    manager, engineer = office.who("approve_plan"), office.who("plan")
    manager.opens(number, "approve_plan")
    manager.press(manager.page.locator("summary", has_text=manager.says("Send back to an earlier step")))
    manager.page.get_by_label(manager.says("To which step")).select_option(label=office.step("plan"))
    manager.page.get_by_label(manager.says("What is missing or wrong")).fill(story.why_sent_back)
    manager.looks("send-back")
    manager.press_button("Send back")
    expect(manager.page.locator("main").get_by_role("status")).to_have_text(manager.says("Sent back."))
    office.time_passes()
    form = engineer.opens(number, "plan")
    expect(form.field("/plan/summary")).to_have_value(story.answers["plan"]["plan"]["summary"])
    engineer.press(engineer.page.get_by_text(engineer.says("The story so far")))
    expect(engineer.page.locator(".story").first).to_contain_text(story.why_sent_back)
    engineer.press(engineer.page.locator("summary", has_text=engineer.says("Earlier rounds")))
    expect(engineer.page.locator(".fold[open] .case-section")).not_to_have_count(0)
    engineer.looks("plan-again")
    completes(office, engineer, "plan")


def shows_a_running_complaint(person: Person, number: str) -> None:
    open_complaint(person, number)
    expect(person.page.locator(".mark-active")).to_have_count(1)
    person.looks("running")


def open_complaint(person: Person, number: str) -> None:
    """By the register, searched for."""
    person.goes_to("Complaints")
    person.page.get_by_role("searchbox").fill(number)
    person.press_button("Search")
    person.press(person.page.locator(".register-item").get_by_role("link"))
    person.page.locator("#process[data-ready]").wait_for()


def whole_story(person: Person) -> str:
    """What happened, page by page to the beginning."""
    told = ""
    while True:
        told += person.page.locator("#story").text_content() or ""
        earlier = person.page.locator("#story a[href*='before=']")
        if not earlier.count():
            return told
        person.press(earlier)


def shows_the_way_taken(person: Person, number: str, story: Story, photo: str) -> None:
    open_complaint(person, number)
    for _attempt in range(40):
        if person.page.locator(".case-state[data-state=completed]").count():
            break
        person.page.wait_for_timeout(250)
        person.page.reload()
    done = marks_done(person)
    assert {"receive", "meeting", "corrective_action_case", "archive", "acknowledge", "send_result"} <= done
    assert "End_Archived" in done
    assert not done & {"non_quality_case", "End_NotQuality", "End_Withdrawn", "decide_limit"}
    person.looks("closed")
    told = whole_story(person)
    for text in (story.why_handed_on, story.why_sent_back, person.office.step("archive")):
        assert text in told
    open_complaint(person, number)
    pictures = person.page.locator(".file-preview li", has_text=photo).locator("img")
    expect(pictures).to_have_count(2)
    for picture in pictures.all():
        expect(picture).to_be_visible()  # its place is kept before it arrives
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("naturalWidth", PHOTO_WIDTH)
    person.press(person.page.locator(".tabs a[href*=corrective_action]"))
    assert {"plan", "verify_plan", "approve_plan", "End_PlanApproved"} <= marks_done(person)
    person.looks("closed-part")
    person.press(person.page.locator(".tabs a[href*='process=complaint']").first)
    person.page.locator("#process[data-ready]").wait_for()


def marks_done(person: Person) -> set[str]:
    """Ids of what the drawing shows as done."""
    person.page.locator("#process[data-ready]").wait_for()
    drawn = person.page.locator(".djs-element.mark-done")
    return set(drawn.evaluate_all("all => all.map((a) => a.dataset.elementId)"))


def gives_report_and_archive(person: Person, number: str, story: Story) -> None:
    report = person.page.locator(".file-preview").get_by_role("link", name=f"8D-{number}.pdf", exact=True)
    with person.page.expect_download() as pdf:
        person.press(report)
    text = "".join(page.extract_text() for page in PdfReader(pdf.value.path()).pages)
    assert number in text
    assert story.filed["customer"]["name"] in text
    assert "D8" in text
    archive = person.page.locator(".file-preview").get_by_role("link", name=f"{number}.zip", exact=True)
    with person.page.expect_download() as package:
        person.press(archive)
    found = verify_package(Path(package.value.path()).read_bytes())
    assert found.ok, found.problems
    assert found.meta["number"] == number
    assert found.parts > 10


def shows_the_mails(person: Person, number: str, story: Story) -> None:
    """Acknowledgement, 8D with its PDF, result: newest first."""
    person.goes_to("Mailbox")
    mails = person.page.locator(".mail", has_text=number)
    expect(mails).to_have_count(3)
    for mail in mails.all():
        person.press(mail.locator("summary"))
        expect(mail.locator("summary")).to_contain_text(story.filed["customer"]["email"])
        expect(mail.locator(".mail-body")).to_contain_text(number)
    expect(mails.nth(0)).to_contain_text(story.answers["archive"]["archive"]["result"])
    expect(mails.nth(2)).to_contain_text("/status/")
    with person.page.expect_download() as pdf:
        person.press(mails.nth(1).get_by_role("link", name=f"8D-{number}.pdf"))
    assert PdfReader(BytesIO(Path(pdf.value.path()).read_bytes())).pages
    person.looks("mailbox")


def test_what_is_no_quality_problem_is_answered_and_closed(new_office: Callable[[str, str], Office]) -> None:
    office, story = new_office("phone", "zh-CN"), STORIES["zh-CN"]
    sales = office.person("sales1")
    sales.press(sales.page.locator(".app-nav").get_by_role("link", name=sales.says("File a complaint")))
    sales.form("file").fill(story.filed)
    sales.press_button("File it and get the number")
    number = sales.page.locator("main .case-number").first.inner_text()
    for element, data in (("receive", story.answers["receive"]), ("record", story.answers["record"])):
        sales.opens(number, element).fill(data)
        completes(office, sales, element)
    for element, data in NOT_QUALITY.items():
        does(office, number, element, data=data)
    open_complaint(office.person("quality1"), number)
    page = office.person("quality1").page
    expect(page.locator(".djs-element.mark-done[data-element-id=End_NotQuality]")).to_have_count(1)
    expect(page.locator(".djs-element.mark-done[data-element-id=cause_side]")).to_have_count(0)
    office.person("quality1").looks("not-quality")
    assert not office.eye.foreign, "\n".join(office.eye.foreign)
