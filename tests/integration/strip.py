"""A small version of the complaint's process with a strip that waits all the time: withdrawn, merged, referred."""

from server.casework.command import SYSTEM
from server.casework.context import Context
from server.commands.publish_version import PublishVersion
from server.domain.bundle import Bundle, bundled_root
from tests.bpmn_builder import (
    catch,
    document,
    end,
    event_gateway,
    lanes,
    message,
    message_definition,
    node,
    parallel,
    process,
    start,
    user,
)

NAMES = {"withdrawn": "withdrawal", "merged": "duplicate", "referred": "referral"}
"""Message -> where its payload goes."""


def terminate(element_id: str) -> str:
    """An end event that ends all that is open."""
    return node("endEvent", element_id, "<bpmn:terminateEventDefinition/>")


def waits(*names: str) -> bytes:
    """Two tasks beside an event gateway that waits for the messages `names`, each leading to an end of its own."""
    catches = [
        catch(name, message_definition(f"m_{name}", variable=NAMES[name], correlation={"number": "number"}))
        for name in names
    ]
    return document(
        *(message(f"m_{name}", f"complaint.{name}") for name in names),
        process(
            "complaint",
            start(),
            parallel("split"),
            user("receive", {"formKey": "empty"}),
            user("record", {"formKey": "empty"}),
            terminate("End_Archived"),
            event_gateway("anytime"),
            *catches,
            *(terminate(f"end_{name}") for name in names),
            flows=[
                "start > split",
                "split > receive",
                "receive > record",
                "record > End_Archived",
                "split > anytime",
                *(f"anytime > {name}" for name in names),
                *(f"{name} > end_{name}" for name in names),
            ],
            lanes=lanes(sales=["receive"], quality=["record"]),
        ),
    )


PLAIN = document(
    process(
        "complaint",
        start(),
        user("receive", {"formKey": "empty"}),
        user("record", {"formKey": "empty"}),
        end("End_Archived"),
        flows=["start > receive", "receive > record", "record > End_Archived"],
        lanes=lanes(sales=["receive"], quality=["record"]),
    )
)
"""An old version, from before there was such a strip."""

STRIP = waits("withdrawn", "merged", "referred")


def publish(context: Context, diagram: bytes = STRIP) -> None:
    """Publish the complaint's forms with `diagram`; the form `empty` asks for nothing."""
    bundled = Bundle.from_folder(bundled_root(), "complaint")
    files = {
        name: data
        for name, data in bundled.items()
        if not name.endswith((".bpmn", ".dmn")) and not name.startswith("tests/")
    }
    files["forms/empty.json"] = b'{"schema": {"type": "object", "properties": {}}, "ui": {}}'
    bundle = Bundle(files | {"complaint.bpmn": diagram})
    context.execute(PublishVersion(actor=SYSTEM, bundle=bundle.to_zip(), note="for a test"))
