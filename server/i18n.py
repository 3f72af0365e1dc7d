"""Texts in the reader's language. Source texts are English; `server/locale` holds the translations.

Nothing here needs a request, so workers, the command line and mails use the same functions.
"""

import gettext
from functools import lru_cache
from io import BytesIO
from math import floor
from pathlib import Path
from typing import Any

LANGUAGES = ("zh-CN", "en")
"""The languages of the product, in the order in which diagram and form texts give their lines."""

LOCALES = Path(__file__).parent / "locale"


def N_(text: str) -> str:  # noqa: N802 - the name every gettext extractor knows
    """Mark `text` as translatable and return it unchanged; it is translated where it is shown."""
    return text


def translate(text: str, language: str, /, **params: Any) -> str:
    """`text` (an English msgid) in `language`, with `{name}` places filled from `params`.

    A parameter with a method `text(language)` (a label, a rejection) is put in the same language.
    Without parameters braces in the text stay as they are.
    """
    found = translations(language).gettext(text) if text else text
    if not params:
        return found
    return found.format(**{name: _in_language(value, language) for name, value in params.items()})


def translations(language: str) -> gettext.NullTranslations:
    """The catalogue of `language`, with `gettext` and `ngettext`; English texts for any other language."""
    return _catalogue(_nearest(language))


def is_currency(code: str) -> bool:
    """Whether `code` is, or once was, a currency of ISO 4217."""
    from babel.numbers import is_currency as known

    return bool(known(code))


def money(amount: float, currency: str, language: str) -> str:
    """`amount` in whole units of `currency` (ISO 4217), half a unit up, as people of `language` write it."""
    from babel.numbers import format_currency

    locale = _nearest(language).replace("-", "_")
    return format_currency(floor(amount + 0.5), currency, locale=locale, currency_digits=False, format="¤#,##0")


def best_language(header: str | None, default: str = LANGUAGES[0]) -> str:
    """The language of LANGUAGES that an `Accept-Language` header (RFC 9110, 12.5.4) likes best."""
    wishes: list[tuple[float, int, str]] = []
    for position, part in enumerate((header or "").split(",")[:20]):
        tag, _, rest = part.strip().partition(";")
        found = _match(tag.strip())
        quality = _quality(rest)
        if found and quality > 0:
            wishes.append((-quality, position, found))
    return min(wishes)[2] if wishes else default


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value) if 0 <= float(value) <= 1 else 0.0
    except ValueError:
        return 0.0


def _match(tag: str) -> str | None:
    primary = tag.replace("_", "-").partition("-")[0].lower()
    return next((language for language in LANGUAGES if language.partition("-")[0] == primary), None)


def _nearest(language: str) -> str:
    return _match(language or "") or "en"


def _in_language(value: Any, language: str) -> Any:
    text = getattr(value, "text", None)
    return text(language) if callable(text) else value


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    # Compiled in memory, so that no generated .mo file can fall behind its .po file.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with (LOCALES / language.replace("-", "_") / "messages.po").open("rb") as file:
        catalogue = read_po(file)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
