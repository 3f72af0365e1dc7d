"""Plots that lead to a step of the process, for complaints that are to lie open at every one of them."""

from collections.abc import Mapping
from dataclasses import replace
from random import Random

from server.simulation.plots import METHODS, Plot

_SMOOTH = Plot()
STEPS: Mapping[str, Plot] = {
    "receive": _SMOOTH,
    "record": _SMOOTH,
    "review_immediate": Plot(at_once="full"),
    "assign_person": Plot(serious=True),
    "confirm": _SMOOTH,
    "explain_not_valid": Plot(verdict="not_valid"),
    "investigate_answer": Plot(verdict="no_quality"),
    "record_service": Plot(verdict="need"),
    "cause_side": _SMOOTH,
    "team": _SMOOTH,
    "meeting": _SMOOTH,
    "emergency": _SMOOTH,
    "approve_return": Plot(method="return"),
    "return_goods": Plot(method="return"),
    "inspect_return": Plot(method="return"),
    "rework": Plot(method="rework"),
    "sorting": Plot(method="sorting"),
    "on_site": Plot(method="on_site"),
    "confirm_containment": _SMOOTH,
    "plan": _SMOOTH,
    "verify_plan": _SMOOTH,
    "approve_plan": Plot(dear=False),
    "approve_plan_vp": Plot(dear=True),
    "eight_d": _SMOOTH,
    "review_eight_d": _SMOOTH,
    "release_eight_d": _SMOOTH,
    "sign_eight_d": Plot(passed_on=True),
    "customer_answer": _SMOOTH,
    "implement_customer": _SMOOTH,
    "validate": _SMOOTH,
    "rollout": _SMOOTH,
    "shipment_1": _SMOOTH,
    "shipment_2": _SMOOTH,
    "shipment_3": _SMOOTH,
    "satisfaction": _SMOOTH,
    "reevaluate": Plot(content=("answer",)),
    "sign_close": Plot(passed_on=True),
    "archive": _SMOOTH,
    "decide_limit": Plot(method="return", returns_refused=3),
    "refer_outside": Plot(outside="refer"),
    "outside_result": Plot(outside="refer"),
}
"""By the step's element id; every user task of the complaint process is here or in BESIDE."""
BESIDE: Mapping[str, str] = {
    **dict.fromkeys(("quarantine_stock", "quarantine_wip", "quarantine_transit"), "sorting"),
    **dict.fromkeys(("implement_wip", "implement_stock", "update_standard", "train"), "implement_customer"),
}
"""Steps that lie open beside another, because it and they begin at one moment, and which."""
LIES: Mapping[str, int] = {
    **dict.fromkeys(("shipment_1", "shipment_2", "shipment_3", "outside_result"), 60),
    "validate": 78,
    "rollout": 110,
}
"""Days before the end at which a complaint comes in at the latest whose step has a long time, so that it is overdue."""
OVERDUE = 32
"""Such days for all others."""
HASTE = 8
"""So many times faster than others a complaint is brought to where it is to lie."""
AT_A_TURN = frozenset({"refer_outside", "outside_result"})
"""Reached from anywhere, so how far the complaint is otherwise is left to the dice."""


def leading_to(step: str, rng: Random, *, varied: bool = True) -> Plot:
    """A plot at whose `step` the complaint is left lying; where they may be `varied`, some are serious, and some come
    there in a second round.
    """
    plot = STEPS[step]
    if plot is _SMOOTH:
        plot = replace(plot, method=rng.choice(METHODS), serious=varied and rng.random() < 0.15)
    if varied and rng.random() < 0.15 and plot.verdict == "quality" and plot.at_once == "no" and step != "decide_limit":
        plot = replace(plot, plans=(rng.choice(("infeasible", "refused")),))
    if step in AT_A_TURN:
        plot = replace(plot, outside_after=rng.randint(1, 16))
    dear = plot.dear or (plot.serious and step != "approve_plan")
    return replace(plot, stops_at=step, told=0.3, dear=dear, alone=True, haste=HASTE)
