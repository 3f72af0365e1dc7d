"""Event logs as XES (IEEE 1849), trace by trace: the memory needed does not grow with the log."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

MEDIA_TYPE = "application/xml"
PREFIX = "kesu"
"""Of attributes that no extension of the standard has; `Log.own` says where they are described."""
_VERSION = "1849.2016"
_NAMESPACE = "http://www.xes-standard.org/"
_EXTENSIONS = {
    "concept": "Concept",
    "lifecycle": "Lifecycle",
    "time": "Time",
    "org": "Organizational",
    "cost": "Cost",
    "identity": "Identity",
}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ODD = re.compile(f'[&<>"\t\n\r]|{_NOT_XML.pattern}')
_QUOTED = {'"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
_LONG = 2**63
_BUFFER = 64 * 1024


class Id(str):
    """An identifier, written as such."""

    __slots__ = ()


Attributes = Mapping[str, Any]
"""By key: text, Id, bool, int, float or aware datetime; None is left out."""


@dataclass(frozen=True)
class Trace:
    """A case: what is known of it, and what happened, in order."""

    attributes: Attributes
    events: Sequence[Attributes]


@dataclass(frozen=True)
class Log:
    """The head of a log. own: address of the description of the attributes that begin with `kesu:`.

    trace, event: attributes that each trace and each event has, with a value for where one should lack it all the same;
    classifiers: keys of attributes by the name (without blanks) of the classifier.
    """

    own: str
    attributes: Attributes = field(default_factory=dict)
    trace: Attributes = field(default_factory=dict)
    event: Attributes = field(default_factory=dict)
    classifiers: Mapping[str, Sequence[str]] = field(default_factory=dict)


def xes(log: Log, traces: Iterable[Trace]) -> Iterator[bytes]:
    """The document in pieces of UTF-8."""
    waiting = [_head(log)]
    size = len(waiting[0])
    for trace in traces:
        waiting.append(_trace(trace))
        size += len(waiting[-1])
        if size >= _BUFFER:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    yield ("".join(waiting) + "</log>\n").encode()


def extension(own: str, trace: Mapping[str, Any], event: Mapping[str, Any]) -> bytes:
    """The description (xesext) of the attributes with our prefix.

    trace, event: by key without the prefix, (type, {language as ISO 639: name}).
    """
    parts = [
        f'<?xml version="1.0" encoding="UTF-8"?>\n<xesextension name="Kesu" prefix="{PREFIX}" uri={_quote(own)}>\n'
    ]
    for scope, attributes in (("trace", trace), ("event", event)):
        parts.append(f"  <{scope}>\n")
        for key, (kind, names) in attributes.items():
            aliases = "".join(f"<alias mapping={_quote(code)} name={_quote(name)}/>" for code, name in names.items())
            parts.append(f"    <{kind} key={_quote(key)}>{aliases}</{kind}>\n")
        parts.append(f"  </{scope}>\n")
    return "".join([*parts, "</xesextension>\n"]).encode()


def _head(log: Log) -> str:
    extensions = [
        f'  <extension name="{name}" prefix="{prefix}" uri="{_NAMESPACE}{prefix}.xesext"/>\n'
        for prefix, name in _EXTENSIONS.items()
    ]
    classifiers = [
        f'  <classifier name={_quote(name)} scope="event" keys={_quote(" ".join(keys))}/>\n'
        for name, keys in log.classifiers.items()
    ]
    return "".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>\n',
            f'<log xes.version="{_VERSION}" xes.features="" xmlns="{_NAMESPACE}">\n',
            *extensions,
            f'  <extension name="Kesu" prefix="{PREFIX}" uri={_quote(log.own)}/>\n',
            f'  <global scope="trace">\n{_attributes(log.trace, "    ")}  </global>\n',
            f'  <global scope="event">\n{_attributes(log.event, "    ")}  </global>\n',
            *classifiers,
            _attributes(log.attributes, "  "),
        ]
    )


def _trace(trace: Trace) -> str:
    events = [f"    <event>\n{_attributes(event, '      ')}    </event>\n" for event in trace.events]
    return f"  <trace>\n{_attributes(trace.attributes, '    ')}{''.join(events)}  </trace>\n"


def _attributes(values: Attributes, indent: str) -> str:
    lines = []
    for key, value in values.items():
        if value is not None:
            kind, text = _typed(value)
            lines.append(f"{indent}<{kind} key={_quote(key)} value={_quote(text)}/>\n")
    return "".join(lines)


def _typed(value: Any) -> tuple[str, str]:
    """Element and text of a value; a whole number too large for the standard is a float."""
    if isinstance(value, Id):
        return "id", value
    if isinstance(value, str):
        return "string", value
    if isinstance(value, bool):
        return "boolean", "true" if value else "false"
    if isinstance(value, int) and -_LONG <= value < _LONG:
        return "int", str(value)
    if isinstance(value, datetime):
        return "date", value.astimezone(UTC).isoformat(timespec="milliseconds")
    number = float(value)
    if math.isfinite(number):
        return "float", repr(number)
    return "float", "NaN" if math.isnan(number) else "INF" if number > 0 else "-INF"


def _quote(text: str) -> str:
    """As the value of an XML attribute; signs that XML cannot hold are replaced."""
    if _ODD.search(text) is None:
        return f'"{text}"'
    return f'"{escape(_NOT_XML.sub(chr(0xFFFD), text), _QUOTED)}"'
