"""The fonts of PDF documents: those built with the front end, else the system's."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import typst

BUILT = Path(__file__).resolve().parent.parent / "static" / "fonts"
_FILES = (".ttf", ".otf", ".ttc")


@dataclass(frozen=True)
class FontShelf:
    """Loaded once and shared by threads, since scanning fonts takes longer than a document.

    `own` is False when the folder holds no font: the system's then serve, and a document may look different elsewhere.
    """

    families: tuple[str, ...]
    own: bool
    fonts: typst.Fonts = field(repr=False, compare=False)


@cache
def font_shelf(folder: Path = BUILT) -> FontShelf:
    """Fonts of `folder`; with fonts of our own the system's are ignored, so that every machine prints the same."""
    own = folder.is_dir() and any(file.suffix.lower() in _FILES for file in folder.iterdir())
    fonts = typst.Fonts(
        include_system_fonts=not own, include_embedded_fonts=not own, font_paths=[folder] if own else []
    )
    return FontShelf(tuple(fonts.families()), own, fonts)
