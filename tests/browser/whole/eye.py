"""Looks at a page: a screenshot for people, and what no page may look like."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from server.i18n import translations
from tests.browser.whole.story import typed_texts

TOUCH = 40  # CSS pixels a finger needs
SETTLED = (
    "() => [...document.querySelectorAll('[data-diagram]')].every((one) => one.dataset.ready || one.dataset.failed)"
)
# `texts` leaves out what is typed, code, links to the other language, and mails, which speak the customer's language.
SEEN = """async (least) => {
  await Promise.all([...document.querySelectorAll('main img')].map((one) => { one.loading = 'eager'; return one.decode(); }));
  scrollTo(0, 0);
  const all = (selector) => [...document.querySelectorAll(selector)], seen = { lang: document.documentElement.lang };
  const box = (one) => one.getBoundingClientRect(), named = (one) => `${one.tagName} ${one.textContent.trim().slice(0, 40)}`;
  const tooWide = document.documentElement.scrollWidth > innerWidth;
  seen.wide = tooWide ? all('body *').filter((one) => box(one).right > innerWidth + 1).map(named) : [];
  const targets = '.btn-primary, .sticky-actions .btn, .app-nav a, summary, select, .tabs a';
  seen.small = all(targets).filter((one) => one.checkVisibility() && box(one).height < least).map(named);
  const other = 'script, style, template, textarea, code, [lang]:not(html), .mail strong, .mail-body, .bjs-powered-by';
  const texts = new Set([document.title]), walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode());) if (!node.parentElement.closest(other)) texts.add(node.data.trim());
  for (const name of ['placeholder', 'aria-label', 'title', 'data-text-failed', 'data-text-saved'])
    for (const one of all(`[${name}]`)) if (!one.closest(other)) texts.add(one.getAttribute(name).trim());
  return { ...seen, texts: [...texts].filter(Boolean) };
}"""
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
WORDS = re.compile(r"\b[A-Za-z_]{3,}\b(?: [A-Za-z_]+)*")
GENERATED = re.compile(r"\b([0-9a-f]{64}|8D-[\w-]+\.pdf|[\w-]+\.zip)\b")
FILE_ID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-")
# Names and abbreviations that a Chinese page shows as they are.
LATIN = re.compile(r"\b(Kesu|kB|SMTP|KESU_SMTP_URL|FMEA|PDF|CSV|Excel|IMG_\d+\.jpg|[\w.-]+@[\w.-]+)\b")
TYPED = sorted(typed_texts(), key=len, reverse=True)


class Eye:
    """Everything seen in one run goes to `folder`."""

    def __init__(self, folder: Path, language: str, touch: bool) -> None:
        self.folder, self.language, self.touch = folder, language, touch
        self.count = 0
        self.foreign: list[str] = []
        folder.mkdir(parents=True, exist_ok=True)

    def look(self, page: Page, name: str) -> None:
        """AssertionError for what is wrong with the page's form; texts are collected in `foreign`."""
        page.wait_for_function(SETTLED)
        seen = page.evaluate(SEEN, TOUCH if self.touch else 0)
        self.count += 1
        page.screenshot(path=self.folder / f"{self.count:02}-{name}.png", full_page=True)
        assert seen["lang"] == self.language
        assert not seen["wide"], f"{name} scrolls sideways: {seen['wide']}"
        assert not seen["small"], f"{name} has small targets: {seen['small']}"
        for one in page.locator("[data-diagram]").all():
            expect(one.locator(".bjs-powered-by")).to_be_visible()
        self.foreign += [f"{name}: {text}" for text in seen["texts"] if self._is_foreign(text)]

    def _is_foreign(self, text: str) -> bool:
        # First of all: a typed "12" may stand inside a checksum or the name of a file that was made.
        own = GENERATED.sub(" ", text)
        for typed in TYPED:
            own = own.replace(typed, " ")
        if FILE_ID.search(own):
            return True
        if self.language == "en":
            return bool(CHINESE.search(own))
        if translations("zh-CN").gettext(text) != text:
            return True
        own = LATIN.sub(" ", own)
        return any(not CHINESE.search(own) or " " in found.strip() for found in WORDS.findall(own))
