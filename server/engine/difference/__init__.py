"""What differs between the diagrams and tables of two versions: told by element and cell, layout left out."""

from server.engine.difference.change import Change, Kind
from server.engine.difference.choices import Choices
from server.engine.difference.diagrams import compare_diagrams, drawn_processes, element_names
from server.engine.difference.grids import grids
from server.engine.difference.tables import compare_tables, output_labels

__all__ = [
    "Change",
    "Choices",
    "Kind",
    "compare_diagrams",
    "compare_tables",
    "drawn_processes",
    "element_names",
    "grids",
    "output_labels",
]
