"""The property of a user task that says which prompts its page shows; their texts are the application's."""

PROMPTS = "prompts"


def prompt_keys(value: str | None) -> list[str]:
    """The keys that the property names, parted by commas or blanks, each once."""
    return list(dict.fromkeys((value or "").replace(",", " ").split()))
