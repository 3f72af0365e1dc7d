"""What we accept as a mail address: RFC 5321 without its rarities, so that no address smuggles in another."""

import re

LONGEST = 254
_ADDRESS = re.compile(
    r"[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W_](?:[\w-]{0,61}[^\W_])"
)


def mail_address(text: object) -> str | None:
    """The one address in `text` (RFC 6531 ones too), or None when there is none that mail can be sent to."""
    address = text.strip() if isinstance(text, str) else ""
    local = address.partition("@")[0]
    dots = local.startswith(".") or local.endswith(".") or ".." in local
    return address if len(address) <= LONGEST and _ADDRESS.fullmatch(address) and not dots else None
