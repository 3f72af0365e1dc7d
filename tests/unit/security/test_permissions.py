"""The permission table holds together, and an actor may do only what it grants."""

import pytest

from server.domain.rejection import Rejected
from server.security.actor import Actor
from server.security.demo import DEMO_PEOPLE
from server.security.permissions import GROUP_PERMISSIONS, GROUPS, PERMISSIONS, permissions_of


def test_every_group_is_granted_known_permissions_only() -> None:
    assert GROUPS.keys() == GROUP_PERMISSIONS.keys()
    for group, granted in GROUP_PERMISSIONS.items():
        assert granted <= PERMISSIONS.keys(), group
        assert {"case.file", "case.read", "task.work"} <= granted, group


def test_admin_may_do_everything_and_only_admin_may_rule_people_and_others_tasks() -> None:
    assert GROUP_PERMISSIONS["admin"] == PERMISSIONS.keys()
    for permission in ("user.manage", "task.complete_any"):
        assert [g for g, granted in GROUP_PERMISSIONS.items() if permission in granted] == ["admin"]


def test_publishing_is_apart_from_using() -> None:
    holders = {g for g, granted in GROUP_PERMISSIONS.items() if "definition.publish" in granted}
    assert holders == {"process_owner", "admin"}


def test_groups_add_up_and_a_group_of_ones_own_is_one_of_workers() -> None:
    both = permissions_of(["sales", "engineering"])
    assert both == GROUP_PERMISSIONS["sales"] | GROUP_PERMISSIONS["engineering"]
    assert permissions_of([]) == permissions_of([], ["no.such"]) == frozenset()
    assert permissions_of(["paint_shop"], ["no.such"]) == GROUP_PERMISSIONS["production"]
    assert permissions_of(["sales"], ["audit.read", "root"]) == GROUP_PERMISSIONS["sales"] | {"audit.read"}


def test_an_actor_is_refused_with_a_sentence_that_names_the_permission() -> None:
    actor = Actor(1, "sales1", "王丽", permissions=frozenset({"case.file"}))
    actor.require("case.file")
    assert actor.may("case.file")
    assert not actor.may("case.amend")
    with pytest.raises(Rejected) as refused:
        actor.require("case.amend")
    assert refused.value.code == "forbidden.permission"
    assert "case.amend" in refused.value.text("en")


def test_the_demo_has_a_person_for_every_group_and_admin_is_in_all() -> None:
    people = {person.username: person for person in DEMO_PEOPLE}
    assert set(people) == {
        "admin", "owner", "manager", "vp", "gm", "sales1", "sales2", "quality1", "quality2", "engineering1",
        "production1", "service1",
    }  # fmt: skip
    assert set(people["admin"].groups) == GROUPS.keys()
    assert {group for name, person in people.items() if name != "admin" for group in person.groups} == (
        GROUPS.keys() - {"admin"}
    )
