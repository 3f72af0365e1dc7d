"""Texts in the reader's language: a leaf that anyone may import."""


def N_(text: str) -> str:
    """Mark a text for translation; it is translated where it is shown."""
    return text
