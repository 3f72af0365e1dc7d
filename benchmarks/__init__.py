"""Figures, each one command: `python3 dev.py bench NAME`. Ratios within one run, since machines differ and wobble."""
