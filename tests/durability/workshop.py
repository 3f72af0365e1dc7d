"""Other versions of the complaint's application, small ones, for what the real process does not do."""

from itertools import pairwise

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.commands.file_complaint import FileComplaint
from server.commands.publish_version import PublishVersion
from server.domain.bundle import Bundle, bundled_root
from tests.bpmn_builder import (
    boundary,
    document,
    end,
    error,
    error_definition,
    lanes,
    parallel,
    process,
    service,
    start,
    timer,
    user,
)
from tests.house import actor

WORKERS = "tests.durability.site_workers"

TROUBLE = document(
    error("error_refused", "refused"),
    process(
        "complaint",
        start(),
        user("receive", {"formKey": "receive"}),
        boundary("too_long", "receive", timer("duration", "'PT1S'")),
        service("refuses", "durability.refuses@1"),
        boundary("was_refused", "refuses", error_definition("error_refused")),
        user("record", {"formKey": "record"}),
        service("broken", "durability.broken@1", retries=2).replace('backoff_base="2"', 'backoff_base="1"'),
        user("confirm", {"formKey": "confirm"}),
        user("team", {"formKey": "team", "dueDate": "working_hours(product.quantity_defective)"}),
        end(),
        flows=[
            "start > receive",
            "receive > record",
            "too_long > refuses",
            "refuses > record",
            "was_refused > record",
            "record > broken",
            "broken > confirm",
            "confirm > team",
            "team > end",
        ],
        lanes=lanes(sales=["receive", "record"], quality=["confirm", "team"]),
    ),
)
"""A timer, an error that is caught, a worker that raises until the case is amended, a due date nobody can compute."""


def chain(jobs: int, seconds: str) -> bytes:
    """`jobs` service tasks one after another, each `seconds` (an expression) long, then a user task."""
    names = [f"job_{number}" for number in range(jobs)]
    steps = ["start", *names, "receive", "end"]
    return document(
        process(
            "complaint",
            start(),
            *(service(name, "durability.slow@1", {"seconds": seconds}) for name in names),
            user("receive", {"formKey": "receive"}),
            end(),
            flows=[f"{one} > {next_one}" for one, next_one in pairwise(steps)],
            lanes=lanes(sales=["receive"]),
        )
    )


def single(topic: str) -> bytes:
    """One service task without a boundary event, then a user task."""
    return document(
        process(
            "complaint",
            start(),
            service("work", topic, retries=3),
            user("receive", {"formKey": "receive"}),
            end(),
            flows=["start > work", "work > receive", "receive > end"],
            lanes=lanes(sales=["receive"]),
        )
    )


def timed(duration: str) -> bytes:
    """A user task with an interrupting boundary timer that leads to another one."""
    return document(
        process(
            "complaint",
            start(),
            user("receive", {"formKey": "receive"}),
            boundary("too_long", "receive", timer("duration", f"'{duration}'")),
            user("record", {"formKey": "record"}),
            end(),
            flows=["start > receive", "receive > end", "too_long > record", "record > end"],
            lanes=lanes(sales=["receive", "record"]),
        )
    )


def file(context: Context, description: str = "Cracked housing") -> str:
    """File a complaint as the demo's administrator; its instance's id."""
    fields = {"customer": {"name": "ACME"}, "problem": {"description": description}}
    filing = FileComplaint(actor=actor(context, "admin"), channel="phone", fields=fields)
    return str(context.execute(filing).body["instance_id"])


def publish(context: Context, diagram: bytes) -> None:
    """Publish the complaint's forms with another diagram; new complaints take it."""
    bundled = Bundle.from_folder(bundled_root(), "complaint")
    kept = [name for name in bundled if not name.endswith((".bpmn", ".dmn")) and not name.startswith("tests/")]
    files = {name: bundled[name] for name in kept}
    bundle = Bundle(files | {"complaint.bpmn": diagram})
    context.execute(PublishVersion(actor=SYSTEM, bundle=bundle.to_zip(), note="for a test"))


PARALLEL = document(
    process(
        "complaint",
        start(),
        user("receive", {"formKey": "receive"}),
        parallel("both"),
        user("record", {"formKey": "record"}),
        service("work", "durability.slow@1", {"seconds": "0"}),
        parallel("together"),
        user("confirm", {"formKey": "confirm"}),
        end(),
        flows=[
            "start > receive",
            "receive > both",
            "both > record",
            "both > work",
            "record > together",
            "work > together",
            "together > confirm",
            "confirm > end",
        ],
        lanes=lanes(sales=["receive", "record"], quality=["confirm"]),
    ),
)
"""A user task and a job open at the same time, and a step to go back to."""
