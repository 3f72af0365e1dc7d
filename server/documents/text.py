"""Plain texts (mails) from Jinja templates of the bundle, sandboxed: process owners write them, customers read them."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from server.documents.labels import Labels
from server.domain.texts import pick_block, pick_line
from server.i18n import LANGUAGES

LONGEST = 100_000


class TextFailed(Exception):
    """A text template cannot be rendered; the sentence names file and line."""

    def __init__(self, template: str, line: int | None, message: str) -> None:
        super().__init__(f"{template}, line {line}: {message}" if line else f"{template}: {message}")
        self.template = template
        self.line = line


class _Sandbox(ImmutableSandboxedEnvironment):
    """No arithmetic that makes a text or a number as large as the machine's memory."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any) -> Any:
        raise jinja2.exceptions.SecurityError(f"the operator {operator} is not available in texts")


_ENVIRONMENT = _Sandbox(
    autoescape=False,  # plain text, never HTML
    undefined=jinja2.ChainableUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    finalize=lambda value: "" if value is None else value,
)


def render_text(
    template: str, source: str, data: Mapping[str, Any], language: str, labels: Labels | None = None
) -> str:
    """The block of `source` headed `[language]`, filled with `data`; `template` is its name for error sentences.

    Fields that are not filled print as nothing. `{{ label("request.kind", value) }}` prints a coded value in words.
    The block is chosen before it is filled, so that a customer's words are never taken for a heading.
    Raises `TextFailed`.
    """
    block = pick_block(source, language)
    offset = source[: source.find(block)].count("\n") if block and block in source else 0
    try:
        text = _read(block).render({"label": _labeller(labels or {}, language), **data})
    except jinja2.TemplateSyntaxError as error:
        raise TextFailed(template, error.lineno + offset, error.message or "is not valid") from error
    except Exception as error:  # a template is code: whatever it does wrong is told to its author
        raise TextFailed(template, None, f"{type(error).__name__}: {error}") from error
    # Fields that are not filled leave empty lines behind.
    return re.sub(r"\n{3,}", "\n\n", text).strip()[:LONGEST] + "\n"


@lru_cache(maxsize=200)
def _read(block: str) -> jinja2.Template:
    """Kept by its text: reading a template takes longer than filling it. Raises TemplateSyntaxError."""
    return _ENVIRONMENT.from_string(block)


def _labeller(labels: Labels, language: str) -> Any:
    def label(path: str, value: Any) -> str:
        if value is None or isinstance(value, jinja2.Undefined):
            return ""
        return pick_line(labels.get(path, {}).get(str(value), str(value)), LANGUAGES, language)

    return label
