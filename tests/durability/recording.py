"""`kesu` with a probe that writes each commit point it passes to the file RECORD_POINTS, one a line."""

import os
from functools import partial
from pathlib import Path

from server import serving
from server.app import build_context
from server.cli import main


def record(point: str) -> None:
    # One write of a short line to a file opened for appending stays whole, whichever thread it comes from.
    with Path(os.environ["RECORD_POINTS"]).open("a", encoding="utf-8") as points:
        points.write(f"{point}\n")


if __name__ == "__main__":
    serving.build_context = partial(build_context, probe=record)  # type: ignore[assignment]
    main()
