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
    "quarantine_stock": _SMOOTH,
    "quarantine_wip": _SMOOTH,
    "quarantine_transit": _SMOOTH,
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
    "implement_wip": _SMOOTH,
    "implement_stock": _SMOOTH,
    "update_standard": _SMOOTH,
    "train": _SMOOTH,
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
"""By the step's element id; every user task of the complaint process is here."""
AT_A_TURN = frozenset({"refer_outside", "outside_result"})
"""Reached from anywhere, so how far the complaint is otherwise is left to the dice."""


def leading_to(step: str, rng: Random) -> Plot:
    """A plot at whose `step` the complaint is left lying; some come there in a second round."""
    plot = STEPS[step]
    if plot is _SMOOTH:
        plot = replace(plot, method=rng.choice(METHODS), serious=rng.random() < 0.15)
    if rng.random() < 0.15 and plot.verdict == "quality" and plot.at_once == "no" and step != "decide_limit":
        plot = replace(plot, plans=(rng.choice(("infeasible", "refused")),))
    if step in AT_A_TURN:
        plot = replace(plot, outside_after=rng.randint(1, 16))
    return replace(plot, stops_at=step, told=0.3, dear=plot.dear or (plot.serious and step != "approve_plan"))
