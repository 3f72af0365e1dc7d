"""Groups, loops and costs of application.toml: what is understood, and what is refused at its entry."""

import pytest

from server.domain.application import Application, CostItem, Costs, Group, Loop
from server.domain.rejection import Rejected

HEAD = 'key = "demo"\ntitle = "Demo"\nprocess_id = "demo"\nfiling_form = "file"\n'


def parse(text: str) -> Application:
    return Application.parse((HEAD + text).encode())


def test_a_group_is_a_title_or_a_table() -> None:
    groups = parse(
        """
        [groups]
        vp = "Vice president"
        [groups.management]
        title = "Management"
        parent = "vp"
        [groups.sales]
        title = " Sales "
        parent = "management"
        lead = "anna"
        """
    ).groups
    assert groups == {
        "vp": Group("Vice president", None, None),
        "management": Group("Management", "vp", None),
        "sales": Group("Sales", "management", "anna"),
    }


def test_a_loop_names_what_it_keeps_and_clears_and_where_its_reason_stands() -> None:
    loops = parse(
        """
        [loops.plan]
        title = "方案\\nPlan"
        keeps = ["plan", "approval"]
        clears = ["approval", "plan.feasible"]
        reason = ["approval.opinion", "plan.verification"]
        [loops.small]
        title = "Small"
        keeps = ["plan"]
        """
    ).loops
    assert loops == {
        "plan": Loop(
            "方案\nPlan",
            keeps=("plan", "approval"),
            clears=("approval", "plan.feasible"),
            reason=("approval.opinion", "plan.verification"),
        ),
        "small": Loop("Small", ("plan",), (), ()),
    }


def test_a_reason_may_count_only_while_another_field_has_a_value() -> None:
    loop = parse(
        """
        [loops.plan]
        title = "Plan"
        keeps = ["plan"]
        reason = [{ field = "approval.opinion", when = "approval.decision", is = "refused" }, "plan.verification"]
        """
    ).loops["plan"]
    assert loop.reason == ("approval.opinion", "plan.verification")
    assert loop.when == {"approval.opinion": ("approval.decision", "refused")}
    assert list(loop.paths()) == [
        ("keeps", "plan"),
        ("reason", "approval.opinion"),
        ("reason", "plan.verification"),
        ("reason", "approval.decision"),
    ]


def test_costs_have_a_currency_a_rate_and_items() -> None:
    costs = parse(
        """
        [costs]
        currency = "CNY"
        rate = 80
        [costs.items.sorting]
        title = "挑选\\nSorting"
        pointer = "/costs/sorting"
        step = "sorting"
        """
    ).costs
    assert costs == Costs("CNY", 80.0, {"sorting": CostItem("挑选\nSorting", "/costs/sorting", "sorting")})
    assert parse('costs = { currency = "EUR" }').costs == Costs("EUR", None, {})


def test_an_application_without_loops_or_costs_has_none() -> None:
    assert parse("").costs is None
    assert parse("").loops == {}
    assert parse("").rounds == 3


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("groups.x = { name = 'x' }", "groups.x.name"),
        ("groups.x = { parent = 'y' }", "groups.x"),
        ("groups.x = ['x']", "groups.x"),
        ("groups.x = ' '", "groups.x"),
        ("groups.x = { title = 'x', parent = 'y' }", "groups.x.parent"),
        ("groups.x = { title = 'x', parent = 'x' }", "groups.x.parent"),
        ("groups.x = { title = 'x', parent = 1 }", "groups.x.parent"),
        ("groups.x = { title = 'x', lead = '' }", "groups.x.lead"),
        ("costs = 1", "costs"),
        ("costs = { rate = 80 }", "costs.currency"),
        ("costs.currency = 'Yuan'", "costs.currency"),
        ("costs.currency = 'cny'", "costs.currency"),
        ("costs.currency = 'QQQ'", "costs.currency"),
        ("costs = { currency = 'CNY', rate = -1 }", "costs.rate"),
        ("costs = { currency = 'CNY', rate = inf }", "costs.rate"),
        ("costs = { currency = 'CNY', rate = nan }", "costs.rate"),
        ("costs = { currency = 'CNY', rate = true }", "costs.rate"),
        ("costs = { currency = 'CNY', rate = '80' }", "costs.rate"),
        ("costs = { currency = 'CNY', rates = 80 }", "costs.rates"),
        ("costs = { currency = 'CNY', items = 1 }", "costs.items"),
        ("costs = { currency = 'CNY', items.x = 1 }", "costs.items.x"),
        ("costs = { currency = 'CNY', items.X = { title = 'x', pointer = '/a', step = 'b' } }", "costs.items.X"),
        ("costs = { currency = 'CNY', items.x = { title = 'x', pointer = 'a', step = 'b' } }", "costs.items.x"),
        ("costs = { currency = 'CNY', items.x = { title = 'x', pointer = '/a' } }", "costs.items.x"),
        ("costs = { currency = 'CNY', items.x = { pointer = '/a', step = 'b' } }", "costs.items.x"),
        (
            "costs = { currency = 'CNY', items.x = { title = 'x', pointer = '/a', step = 'b', at = 1 } }",
            "costs.items.x.at",
        ),
        ("loops = 1", "loops"),
        ("loops.x = 'x'", "loops.x"),
        ("loops.X = { title = 'x', keeps = ['a'] }", "loops.X"),
        ("loops.limit = { title = 'x', keeps = ['a'] }", "loops.limit"),
        ("loops.x = { keeps = ['a'] }", "loops.x"),
        ("loops.x = { title = 'x' }", "loops.x.keeps"),
        ("loops.x = { title = 'x', keeps = 'a' }", "loops.x.keeps"),
        ("loops.x = { title = 'x', keeps = ['/a'] }", "loops.x.keeps"),
        ("loops.x = { title = 'x', keeps = ['a'], clears = [1] }", "loops.x.clears"),
        ("loops.x = { title = 'x', keeps = ['a'], reason = ['a..b'] }", "loops.x.reason"),
        ("loops.x = { title = 'x', keeps = ['a'], limit = 3 }", "loops.x.limit"),
        ("loops.x = { title = 'x', keeps = ['a'], when = {} }", "loops.x.when"),
        ("loops.x = { title = 'x', keeps = ['a'], reason = 1 }", "loops.x.reason"),
        ("loops.x = { title = 'x', keeps = ['a'], reason = [{ field = 'a' }] }", "loops.x.reason"),
        (
            "loops.x = { title = 'x', keeps = ['a'], reason = [{ field = 'A', when = 'b', is = 'c' }] }",
            "loops.x.reason",
        ),
        (
            "loops.x = { title = 'x', keeps = ['a'], reason = [{ field = 'a', when = 'B', is = 'c' }] }",
            "loops.x.reason",
        ),
        ("loops.x = { title = 'x', keeps = ['a'], reason = [{ field = 'a', when = 'b', is = 1 }] }", "loops.x.reason"),
    ],
)
def test_a_wrong_group_or_loop_is_refused_at_its_entry(text: str, entry: str) -> None:
    with pytest.raises(Rejected) as caught:
        parse(text)
    assert (caught.value.code, caught.value.field) == ("bundle.application", f"application.toml#{entry}")


def test_groups_above_each_other_in_a_circle_are_refused() -> None:
    with pytest.raises(Rejected, match="circle"):
        parse("groups.a = { title = 'a', parent = 'b' }\ngroups.b = { title = 'b', parent = 'a' }")
