"""File names as people see them: any language, no path, nothing that tricks an eye or a file system."""

import re
import unicodedata

LONGEST_BYTES = 200
_RESERVED = re.compile(r'[<>:"|?*]')
_WINDOWS_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)


def clean_name(raw: str) -> str:
    """A display name from what a browser, a mail or a worker sent; never empty, at most 200 bytes of UTF-8.

    Folders are cut off; control, direction and other invisible characters are removed (a right-to-left override makes
    "exe.jpg" of "gpj.exe"); characters that Windows forbids become `_`. The extension survives the shortening.
    """
    name = unicodedata.normalize("NFC", raw.encode("utf-8", "replace").decode("utf-8", "replace"))
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(char for char in name if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
    name = _RESERVED.sub("_", " ".join(name.split())).strip(". ")
    if _WINDOWS_DEVICE.match(name):
        name = f"_{name}"
    return _shorten(name) or "file"


def extension(name: str) -> str:
    """Lower-case extension without the dot, '' when there is none."""
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and stem else ""


def _shorten(name: str) -> str:
    if len(name.encode()) <= LONGEST_BYTES:
        return name
    ending = extension(name)
    tail = f".{ending}" if 0 < len(ending) <= 10 else ""
    head = name.encode()[: LONGEST_BYTES - len(tail.encode())].decode(errors="ignore")
    return head.rstrip(". ") + tail
