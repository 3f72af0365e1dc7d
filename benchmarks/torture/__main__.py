"""`python -m benchmarks.torture NAME [--kills N] [--seed S] [--database sqlite|postgres]`."""

import importlib
import sys
from pathlib import Path

NAMES = sorted(file.stem.replace("_", "-") for file in Path(__file__).parent.glob("[!_]*.py"))

if __name__ == "__main__":
    name = (sys.argv[1:2] or [""])[0].replace("_", "-")
    if name not in NAMES:
        print("Name one of: " + ", ".join(NAMES) + ".", file=sys.stderr)
        sys.exit(2)
    importlib.import_module(f"benchmarks.torture.{name.replace('-', '_')}").main(sys.argv[2:])
