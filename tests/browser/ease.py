"""A house with work in every state, the pages that its people see in it, and what each of them must be for everybody.

`survey` looks at a page with axe, and measures it with a ruler at the width of a phone.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from server.casework.context import Context
from server.commands.add_comment import AddComment
from server.commands.ask_colleague import AskColleague
from server.commands.claim_task import ClaimTask
from server.commands.suspend_instance import SuspendInstance
from server.queries.incident_groups import incident_groups
from server.security.links import status_path
from tests.browser.studio import new_draft
from tests.browser.watching import watch
from tests.faulty import Faulty, file_more, let_them_run
from tests.house import actor
from tests.recordings import PEOPLE, Tale

AXE = Path(__file__).parents[2] / "server/frontend/node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SERIOUS = ("serious", "critical")
DRAWN = "canvas, .djs-container, .dmn-js-parent, .bjs-powered-by"
"""Third parties' drawings: bpmn.io puts roles and colours of its own into them. All that stands around them is ours."""
DESK: dict[str, Any] = {"viewport": {"width": 1400, "height": 820}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2,
}  # fmt: skip
READY = """() => [...document.querySelectorAll('[data-diagram], [data-studio], [data-tables], [data-form-editor], [data-text-editor]')]
  .every((one) => one.dataset.ready || one.dataset.failed)"""
UNFOLD = "() => document.querySelectorAll('main details:not(.menu)').forEach((one) => { one.open = true; })"
CHECK = """async ([tags, leftOut]) => {
  // What stays at the edge of the window hides another part of the page at each turn of the wheel; see test_ease_keyboard.
  for (const one of document.querySelectorAll('.sticky-actions, .bulk-bar, .app-header')) one.style.position = 'static';
  const { violations } = await axe.run({ exclude: leftOut.split(', ').map((one) => [one]) }, { runOnly: tags, resultTypes: ['violations'] });
  return violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, where: nodes.map((one) => `${one.target.join(' ')} ${one.html.slice(0, 160)}`) }));
}"""
LARGE, SMALL = 44, 24
"""CSS pixels: what a thumb needs, and the least that WCAG 2.2 (2.5.8) allows."""
MEASURE = """([large, small]) => {
  const box = (one) => one.getBoundingClientRect(), all = (selector) => [...document.querySelectorAll(selector)];
  const named = (one) => `${one.tagName.toLowerCase()}.${one.className} “${one.textContent.trim().slice(0, 30)}”`;
  const shown = (one) => one.checkVisibility({ visibilityProperty: true }) && box(one).width > 1 && !one.closest('.visually-hidden, .skip-link, .djs-container, .dmn-js-parent, .bio-properties-panel');
  const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth
    ? all('body *').filter((one) => box(one).right > document.documentElement.clientWidth + 1 && shown(one)).map(named) : [];
  // A label is part of what it labels; a link within a sentence may be as high as its line.
  const size = (one) => { const around = one.closest('label'); return [one, ...(around ? [around] : [])].map(box); };
  const inline = (one) => one.tagName === 'A' && getComputedStyle(one).display === 'inline';
  const whole = (one) => box(one.closest('.card-item') ?? one).height; // the whole card is the link
  const low = (selector, least) => all(selector).filter((one) => shown(one) && !inline(one)
    && Math.max(...size(one).map((b) => Math.min(b.height, b.width)), one.matches('.card-title a') ? whole(one) : 0) < least - .5).map(named);
  return { wide, thumb: low('main .btn-primary, .sticky-actions button, .card-actions button, .app-nav a, main .tabs a', large),
    small: low('a[href], button, summary, select, textarea, input:not([type=hidden])', small) };
}"""


@dataclass(frozen=True)
class Place:
    """A page: what it is, who looks at it, and where it is."""

    name: str
    who: str
    path: str


LANGUAGES = {"zh-CN": "中文", "en": "English"}
STEPS = ("receive", "record", "confirm", "team", "meeting", "emergency", "quarantine_stock", "plan", "eight_d")


def furnish(house: Context) -> dict[str, Tale]:
    """Complaints at rest at many steps, by what they wait for."""
    tales = {"archived": Tale(house, "housing-sink-marks").play()}
    tales |= {step: Tale(house, "housing-sink-marks").play(until=step) for step in STEPS}
    tales["second"] = Tale(house, "fan-blade-burrs").play()
    tales["suspended"] = Tale(house, "label-peeling").play()
    manager = actor(house, "manager")
    house.execute(SuspendInstance(actor=manager, instance_id=tales["suspended"].instance_id, reason="等样件"))
    _break(house)
    return tales


def _break(house: Context) -> None:
    """Two complaints whose acknowledgement fails."""
    working = house.topics
    faulty = Faulty(working, 1)
    faulty.only = "customer.acknowledge@1"
    house.topics = faulty
    file_more(house, 2)
    let_them_run(house, 6)
    house.topics = working


def take(house: Context, tale: Tale, step: str) -> str:
    """The id of the task, now in hand of the first of its group, who said something and asked a colleague."""
    task = tale.task(step)
    holder = actor(house, PEOPLE[task["groups"][0]])
    house.execute(ClaimTask(actor=holder, task_id=task["id"]))
    house.execute(AddComment(actor=holder, number=tale.number, task_id=task["id"], text="@sales1 样件到了吗？"))
    house.execute(AskColleague(actor=holder, task_id=task["id"], of="sales1", text="批号是哪一个？"))
    return str(task["id"])


def staff_places(house: Context, tales: dict[str, Tale]) -> list[Place]:
    """What those see who do the work."""
    lists = [
        Place(f"list-{view}", "sales1", f"/tasks?view={view}") for view in ("groups", "mine", "substitutes", "all")
    ]
    tasks = [_task(step, tales[step]) for step in STEPS]
    taken = take(house, tales["meeting"], "meeting")
    number = tales["second"].number
    return [
        *lists,
        Place("list-empty", "sales1", "/tasks?q=zzz"),
        Place("list-narrowed", "sales1", "/tasks?view=all&order=created&step=receive"),
        *tasks,
        Place("task-taken", "quality1", f"/tasks/{taken}"),
        Place("task-of-another", "quality2", f"/tasks/{taken}"),
        Place("asked", "sales1", "/me/asked"),
        Place("substitutes", "sales1", "/me/substitutes"),
        Place("mails", "sales1", "/me/notifications"),
        Place("password", "sales1", "/password"),
        Place("complaints", "sales1", "/complaints"),
        Place("new-complaint", "sales1", "/complaints/new"),
        Place("complaint", "quality1", f"/complaints/{number}"),
        Place("complaint-people", "quality1", f"/complaints/{number}/people"),
        Place("complaint-similar", "quality1", f"/complaints/{number}/similar"),
        Place("complaint-suspended", "quality1", f"/complaints/{tales['suspended'].number}"),
        Place("complaint-past", "quality1", f"/complaints/{number}/at"),
        Place("amend", "quality1", f"/complaints/{number}/amend"),
        Place("about", "sales1", "/about"),
        Place("not-there", "sales1", "/tasks/nowhere"),
        Place("not-allowed", "sales1", "/design"),
        Place("log-in", "", "/login"),
        Place("status", "", status_path(number, house.settings.secret())),
    ]


def manager_places(house: Context, tales: dict[str, Tale]) -> list[Place]:
    number = tales["archived"].number
    group = _first_group(house)
    return [
        Place("complaint-archived", "manager", f"/complaints/{number}"),
        Place("stuck", "manager", "/stuck"),
        Place("analysis", "manager", "/analysis"),
        Place("analysis-table", "manager", "/analysis/times"),
        Place("alerts", "manager", "/alerts"),
        Place("reports", "manager", "/reports"),
        Place("exports", "manager", "/exports"),
        Place("incidents", "manager", "/incidents"),
        Place("incident", "manager", f"/incidents/groups/{group}"),
        Place("mailbox", "admin", "/mailbox"),
        Place("tokens", "admin", "/tokens"),
    ]


def owner_places(house: Context) -> list[Place]:
    draft = new_draft(house)
    edit = f"/design/drafts/{draft}/edit/"
    return [
        Place("applications", "owner", "/design"),
        Place("application", "owner", "/design/complaint"),
        Place("codes", "owner", "/design/check/codes"),
        Place("draft", "owner", f"/design/drafts/{draft}"),
        Place("difference", "owner", f"/design/drafts/{draft}/difference"),
        Place("publish", "owner", f"/design/drafts/{draft}/publish"),
        Place("rehearsal", "owner", f"/design/drafts/{draft}/rehearsal"),
        Place("modeler", "owner", f"{edit}corrective_action.bpmn"),
        Place("tables", "owner", f"{edit}approvals.dmn"),
        Place("form-editor", "owner", f"{edit}forms/emergency.json"),
        Place("text-editor", "owner", f"{edit}application.toml"),
    ]


def _task(step: str, tale: Tale) -> Place:
    task = tale.task(step)
    return Place(f"task-{step}", PEOPLE[task["groups"][0]], f"/tasks/{task['id']}")


def _first_group(house: Context) -> str:
    return str(incident_groups(house, actor(house, "manager"), "en")["items"][0]["group"])


class Surveyor:
    """Looks at pages in one language, on one device."""

    def __init__(self, browser: Browser, address: str, language: str, device: dict[str, Any]) -> None:
        self.browser, self.address, self.language, self.device = browser, address, language, device
        self.contexts: dict[str, tuple[Page, list[str]]] = {}

    def page(self, who: str) -> tuple[Page, list[str]]:
        """That person's page, and what went wrong on it."""
        if who not in self.contexts:
            context = self.browser.new_context(locale=self.language, reduced_motion="reduce", **self.device)
            page = context.new_page()
            page.set_default_timeout(20_000)
            trouble = watch(page)
            page.goto(f"{self.address}/login")
            if who:
                page.locator(f"button[value={who}]").click()
                page.wait_for_url("**/tasks")
            if page.locator("html").get_attribute("lang") != self.language:
                page.locator(".app-header").get_by_role("button", name=LANGUAGES[self.language]).click()
                page.locator(f"html[lang={self.language}]").wait_for()
            self.contexts[who] = page, trouble
        return self.contexts[who]

    def goes(self, place: Place) -> Page:
        page, trouble = self.page(place.who)
        trouble.clear()
        page.goto(self.address + place.path)
        page.wait_for_function(READY)
        page.evaluate(UNFOLD)
        return page

    def close(self) -> None:
        for page, _trouble in self.contexts.values():
            page.context.close()


@cache
def axe() -> str:
    return AXE.read_text("utf-8")


def findings(page: Page) -> list[dict[str, Any]]:
    """What axe finds: `{"id", "impact", "help", "where": [selector and element]}`."""
    page.evaluate(axe())
    found: list[dict[str, Any]] = page.evaluate(CHECK, [TAGS, DRAWN])
    return found


def seen(page: Page) -> list[str]:
    """What keeps somebody out: serious and critical findings, in a line each."""
    return [
        f"{one['impact']} {one['id']}: {where}"
        for one in findings(page)
        if one["impact"] in SERIOUS
        for where in one["where"]
    ]


def measured(page: Page) -> dict[str, list[str]]:
    """`{"wide", "thumb", "small"}`: what leaves the page to the right, and targets that are too small."""
    found: dict[str, list[str]] = page.evaluate(MEASURE, [LARGE, SMALL])
    return found


def narrowed(page: Page, width: int, letters: str) -> list[str]:
    """What leaves the page in a window so wide, with letters of that size; the page is as before afterwards."""
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": width, "height": size["height"]})
    page.evaluate("size => { document.documentElement.style.fontSize = size; }", letters)
    page.wait_for_timeout(150)  # charts draw themselves anew
    found = measured(page)["wide"]
    page.evaluate("() => { document.documentElement.style.fontSize = ''; }")
    page.set_viewport_size(size)
    return found
