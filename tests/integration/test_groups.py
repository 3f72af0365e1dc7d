"""Groups as tables: an application brings the ones it needs, and the demo's ladder is complete from the start."""

import tomllib

import pytest

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.casework.ladder import Rung, climb, ladder_of
from server.commands.add_user import AddUser
from server.commands.publish_version import PublishVersion
from server.domain.bundle import Bundle, bundled_root
from server.queries.groups import group_titles
from server.security.permissions import GROUP_PERMISSIONS
from tests.house import actor

PAINT = """
[groups.paint_shop]
title = "喷漆车间\\nPaint shop"
parent = "paint_hall"
lead = "production1"

[groups.paint_hall]
title = "涂装\\nPaint hall"
lead = "nobody"
"""


@pytest.fixture
def published(house: Context) -> Context:
    """The complaint's application with two groups more, and another title for one that is there."""
    bundled = Bundle.from_folder(bundled_root(), "complaint")
    told = bundled["application.toml"].decode().replace("品质部\\nQuality", "质量\\nQuality assurance")
    assert "assurance" in tomllib.loads(told)["groups"]["quality"]["title"]
    bundle = Bundle({**bundled, "application.toml": (told + PAINT).encode()})
    house.execute(PublishVersion(actor=SYSTEM, bundle=bundle.to_zip(), note="for a test"))
    return house


def way_up(house: Context, group: str) -> list[tuple[str, str | None]]:
    with house.read() as connection:
        return [(rung.group, rung.lead and rung.lead.username) for rung in ladder_of(connection, group)]


@pytest.mark.parametrize(
    ("group", "lead"),
    [
        ("sales", "sales1"),
        ("quality", "quality1"),
        ("engineering", "engineering1"),
        ("production", "production1"),
        ("service", "service1"),
    ],
)
def test_the_demo_has_somebody_on_every_rung(house: Context, group: str, lead: str) -> None:
    assert way_up(house, group) == [(group, lead), ("management", "manager"), ("vp", "vp"), ("gm", "gm")]


def test_an_application_brings_its_groups_along(published: Context) -> None:
    assert way_up(published, "paint_shop") == [("paint_shop", "production1"), ("paint_hall", None)]
    assert group_titles(published, "en")["paint_shop"] == "Paint shop"
    assert group_titles(published, "zh-CN")["paint_shop"] == "喷漆车间"


def test_what_the_site_has_already_stays_the_sites(published: Context) -> None:
    assert group_titles(published, "en")["quality"] == "Quality"
    assert way_up(published, "quality")[0] == ("quality", "quality1")


def test_people_can_be_members_and_work_like_any_other_group(published: Context) -> None:
    published.execute(AddUser(actor=SYSTEM, username="painter", display_name="", groups=("paint_shop",)))
    assert actor(published, "painter").permissions == GROUP_PERMISSIONS["production"]


def test_the_way_up_ends_at_the_top_and_leaves_out_who_knows(house: Context) -> None:
    with house.read() as connection:
        rungs = ladder_of(connection, "quality")
        assert ladder_of(connection, None) == ladder_of(connection, "no_such_group") == []
    people = [rung.lead and rung.lead.id for rung in rungs]
    assert climb(rungs, 0, 1, {None}) == (rungs[0], [])
    assert climb(rungs, 1, 1, {None}) == (rungs[1], [])
    assert climb(rungs, 0, 3, {None}) == (rungs[2], [])
    assert climb(rungs, 0, 1, set(people[:2])) == (rungs[2], ["quality", "management"])
    assert climb([Rung(1, "quality", None), *rungs[1:]], 0, 1, {None}) == (rungs[1], ["quality"])
    assert climb(rungs, 4, 5, {None}) == (None, [])
    assert climb(rungs, 0, 1, set(people)) == (None, ["quality", "management", "vp", "gm"])
