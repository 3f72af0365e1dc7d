"""What the grading table needs from the register (S20: repeats count by their accumulated cost and quantity)."""

from typing import Any

from server.jobs.api import Job, worker

INPUTS = {
    "type": "object",
    "required": ["repeat_count", "repeat_cost", "repeat_quantity", "repeat_numbers"],
    "properties": {
        "repeat_count": {"type": "integer", "minimum": 0},
        "repeat_cost": {"type": "number", "minimum": 0},
        "repeat_quantity": {"type": "integer", "minimum": 0},
        "repeat_mw": {"type": "number", "minimum": 0},
        "repeat_numbers": {"type": "array", "items": {"type": "string"}},
    },
    "additionalProperties": False,
}
WATTS_PER_MEGAWATT = 1_000_000


@worker("grading.inputs@1", result=INPUTS)
def inputs(job: Job) -> dict[str, Any]:
    """Adds up earlier complaints of the same customer with the same part or defect, this one included.

    Cost in RMB, `repeat_mw` only where a module's power is known. Without an earlier complaint nothing is repeated, and
    all sums are 0: the complaint's own cost and quantity have columns of their own in the table.
    """
    customer, product, problem = (_group(job, name) for name in ("customer", "product", "problem"))
    earlier = job.register.repeats(
        str(customer.get("name") or ""), product.get("part_no") or None, problem.get("defect") or None
    )
    own_cost = _number(_group(job, "grading").get("cost"))
    own_quantity = int(_number(product.get("quantity_defective")))
    repeated = earlier.count > 0
    quantity = earlier.quantity + own_quantity if repeated else 0
    found: dict[str, Any] = {
        "repeat_count": earlier.count,
        "repeat_cost": round(earlier.cost + own_cost, 2) if repeated else 0,
        "repeat_quantity": quantity,
        "repeat_numbers": list(earlier.numbers),
    }
    power = _number(product.get("power_w"))
    if power:
        found["repeat_mw"] = quantity * power / WATTS_PER_MEGAWATT
    return found


def _group(job: Job, name: str) -> dict[str, Any]:
    group = job.case.get(name)
    return group if isinstance(group, dict) else {}


def _number(value: Any) -> float:
    """A number that is not negative; 0 for what is not filled."""
    return max(float(value), 0.0) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0
