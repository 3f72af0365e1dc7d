"""What a page must not do, collected while it is used."""

from playwright.sync_api import Page


def watch(page: Page) -> list[str]:
    """Script errors, policy violations, requests off this host, HTTP errors; the list grows as they happen."""
    bad: list[str] = []
    page.on("pageerror", lambda error: bad.append(f"error: {error}"))
    page.on("console", lambda message: bad.append(f"console: {message.text}") if message.type == "error" else None)
    page.on("response", lambda answer: bad.append(f"{answer.status}: {answer.url}") if answer.status >= 400 else None)
    local = ("http://127.0.0.1", "data:", "blob:")
    page.on("request", lambda sent: None if sent.url.startswith(local) else bad.append(f"off-site: {sent.url}"))
    return bad
