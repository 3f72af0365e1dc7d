"""What differs between the diagrams and tables of two versions: told by element and cell, layout left out."""

from server.engine.difference.change import Change, Kind
from server.engine.difference.diagrams import compare_diagrams
from server.engine.difference.tables import compare_tables

__all__ = ["Change", "Kind", "compare_diagrams", "compare_tables"]
