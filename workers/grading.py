"""What the grading table needs from the register (S20: repeats count by their accumulated cost and quantity)."""

from typing import Any

from server.jobs.api import Job, worker

MONTHS = 12
"""S20 names no period: a year, unless the diagram says otherwise."""
PARAMETERS = {
    "type": "object",
    "properties": {"months": {"type": "integer", "minimum": 1, "maximum": 120}},
    "additionalProperties": False,
}
INPUTS = {
    "type": "object",
    "required": ["repeat_count", "repeat_cost", "repeat_quantity", "repeat_mw", "repeat_numbers"],
    "properties": {
        "repeat_count": {"type": "integer", "minimum": 0},
        "repeat_cost": {"type": "number", "minimum": 0},
        "repeat_quantity": {"type": "integer", "minimum": 0},
        "repeat_mw": {"type": ["number", "null"], "minimum": 0},
        "repeat_numbers": {"type": "array", "items": {"type": "string"}},
    },
    "additionalProperties": False,
}
WATTS_PER_MEGAWATT = 1_000_000
CENT, FRACTION_OF_A_WATT = 2, 9
"""Digits: sums are freed of the errors of binary fractions, lest 0.17 + 0.28 + 0.05 MW be more than 0.5."""
MOST_NUMBERS = 1000
"""The newest are named; the count counts all."""


@worker("grading.inputs@1", parameters=PARAMETERS, result=INPUTS)
def inputs(job: Job) -> dict[str, Any]:
    """Adds up earlier complaints of the same customer with the same part or defect, this one included.

    Parameter `months`: how far back (12). Cost in RMB; `repeat_mw` is null where no module's power is known, which
    clears an older one. Without an earlier complaint nothing is repeated, and all sums are 0: the complaint's own cost
    and quantity have columns of their own in the table.
    """
    customer, product, problem = (_group(job, name) for name in ("customer", "product", "problem"))
    earlier = job.register.repeats(
        str(customer.get("name") or ""),
        product.get("part_no") or None,
        problem.get("defect") or None,
        job.parameters.get("months", MONTHS),
    )
    if not earlier.count:
        return {"repeat_count": 0, "repeat_cost": 0, "repeat_quantity": 0, "repeat_mw": None, "repeat_numbers": []}
    known = [mw for mw in (earlier.mw, _own_megawatts(job)) if mw is not None]
    return {
        "repeat_count": earlier.count,
        "repeat_cost": round(earlier.cost + (_number(_group(job, "grading").get("cost")) or 0), CENT),
        "repeat_quantity": earlier.quantity + int(_number(product.get("quantity_defective")) or 0),
        "repeat_mw": round(sum(known), FRACTION_OF_A_WATT) if known else None,
        "repeat_numbers": list(earlier.numbers)[-MOST_NUMBERS:],
    }


def _own_megawatts(job: Job) -> float | None:
    """What a person entered, else worked out from the modules, as the grading table does."""
    entered = _number(_group(job, "grading").get("mw"))
    if entered is not None:
        return entered
    product = _group(job, "product")
    quantity, power = _number(product.get("quantity_defective")), _number(product.get("power_w"))
    return None if quantity is None or power is None else quantity * power / WATTS_PER_MEGAWATT


def _group(job: Job, name: str) -> dict[str, Any]:
    group = job.case.get(name)
    return group if isinstance(group, dict) else {}


def _number(value: Any) -> float | None:
    """A number, not below 0; None for what is not filled."""
    return max(float(value), 0.0) if isinstance(value, int | float) and not isinstance(value, bool) else None
