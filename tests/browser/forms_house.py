"""Three tasks beside each other, each with a form of the bundle that asks for more than plain fields."""

import os
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from server.casework.context import Context
from server.commands.file_complaint import FileComplaint
from server.queries.task_list import task_list
from tests.bpmn_builder import document, end, lanes, parallel, process, start, user
from tests.house import actor
from tests.integration import strip

STEPS = ("meeting", "team", "emergency")
FIELDS = {
    "customer": {"name": "海天塑胶"},
    "problem": {"title": "飞边", "description": "外壳有飞边,装不进去。"},
    "product": {"name": "外壳", "part_no": "HS-200"},
}
DIAGRAM = document(
    process(
        "complaint",
        start(),
        parallel("split"),
        user("meeting", {"formKey": "meeting"}, name="分析\nAnalyse"),
        user("team", {"formKey": "team"}, name="小组\nTeam"),
        user("emergency", {"formKey": "emergency"}, name="遏制\nContain"),
        parallel("join"),
        end("End_Archived"),
        flows=[
            "start > split",
            *(f"split > {step}" for step in STEPS),
            *(f"{step} > join" for step in STEPS),
            "join > End_Archived",
        ],
        lanes=lanes(quality=list(STEPS)),
    )
)


def publish(house: Context) -> Context:
    strip.publish(house, DIAGRAM)
    return house


def filed(house: Context, **fields: Any) -> str:
    """The number of a new complaint."""
    command = FileComplaint(actor=actor(house, "sales1"), channel="phone", fields=FIELDS | fields)
    return str(house.execute(command).body["number"])


def task_of(house: Context, number: str, step: str) -> str:
    """The id of the open task of that step."""
    found = task_list(house, actor(house, "admin"), language="en", case=number)["items"]
    return str(next(each["id"] for each in found if each["element_id"] == step))


def look(page: Page, name: str, *places: str) -> None:
    """Pictures of the page, or of these places of it, for whoever asks for them (KESU_PICTURES: a folder)."""
    folder = os.environ.get("KESU_PICTURES")
    for number, place in enumerate(places or ("body",)):
        if folder:
            page.locator(place).first.screenshot(path=str(Path(folder) / f"{name}-{number}.png"))
