"""What makes two errors the same trouble: the text without what differs from case to case.

Numbers, ids, times, addresses, file names, quoted values and names of customers go; what tells the cause stays: words,
codes (errno, HTTP, SMTP, SQL, exit status) and quoted names of fields, tables and attributes.
"""

import re
from collections.abc import Callable, Iterable
from hashlib import sha256

EDITION = 1
"""Raised with every change of the rules; what an older edition counted is counted anew (runner/repairs.py)."""

READ = 4000
KEPT = 1000
"""Characters read of a text, and kept of what is left of it."""

_HIDDEN = {ord(str(digit)): chr(0xE000 + digit) for digit in range(10)}
"""Digits of codes are put out of the rules' sight."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z_.\-]{0,60}")
_NAMED = re.compile(
    r"(?:KeyError: |attribute |argument |module named |named |name |column |table |relation |constraint |field "
    r"|property |template |function |host=|codec |index |type |topic |BPMN error )$",
    re.IGNORECASE,
)
_OBJECT = re.compile(r" (?:object|codec|is a required|was unexpected)")
_COMPANY = r"(?:股份有限公司|有限责任公司|有限公司|公司|集团|工厂)"
_CAPITAL = r"[A-ZÀ-Þ][\w.&'\-]*"
_WEEKDAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_ENDING = (
    "pdf|png|jpe?g|gif|webp|bmp|tiff?|heic|docx?|xlsx?|pptx?|csv|tsv|txt|log|json|xml|ya?ml|zip|7z|rar|gz|tar|eml|msg"
    "|dwg|dxf|stp|step|igs|mp4|mov|avi|typ|html?|bak|tmp"
)

_CODES = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        (r"\b(?:errno|winerror)\s*:?\s*-?\d+", re.IGNORECASE),
        (r"\bHTTP(?:/\d(?:\.\d)?)?[ :]+(?:error |status )?[1-5]\d\d\b", re.IGNORECASE),
        (r"\b(?:error|exit|status|return|response|reply|result)[ _-]?(?:code|status)\s*[:=]?\s*-?\d{1,5}\b", re.I),
        (r"\b(?:sqlstate)\W{0,2}[0-9A-Z]{5}\b|\b(?:ORA|PLS|TNS|DPY|SP2)-\d{4,5}\b|\bERROR \d{3,5} \(", re.IGNORECASE),
        (r"\b[245]\d\d[ \-]+#?[245]\.\d{1,2}\.\d{1,3}\b|\((?:[45]\d\d), b['\"](?:[245]\.\d{1,2}\.\d{1,3})?", 0),
        (r"\b[45]\d\d (?=(?:Client|Server) Error|[A-Z][a-z]+(?: [A-Z][a-z]+)*\b)", 0),
        (r"\b[45]\d\d (?=(?:mailbox|recipient|sender|relay|message|user|address|authentication|greylist))", re.I),
        (r"\b[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+@\d{1,4}\b", 0),
        (r"Signals?\.\w+: \d+|\bsignal \d+", 0),
    )
)
_MODULE = re.compile(r"^(?:[a-z_]\w*\.)+(?=[A-Z]\w*(?::|$))")
_PARAMETERS = re.compile(r"\n?\[parameters: .*?\](?=\n|$)|\(Background on this error at: [^)]*\)", re.DOTALL)
_KEY_VALUES = re.compile(r"=\([^()\n]{0,300}\)")
_QUOTED = re.compile(
    r"b?'(?P<a>[^'\n]{0,400})'|b?\"(?P<b>[^\"\n]{0,400})\"|“(?P<c>[^”\n]{0,400})”|‘(?P<d>[^’\n]{0,400})’|`(?P<e>[^`\n]{0,200})`"
    r"|「(?P<f>[^」\n]{0,200})」|『(?P<g>[^』\n]{0,200})』|《(?P<h>[^》\n]{0,200})》|【(?P<i>[^】\n]{0,200})】"
)
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b([a-z][a-z0-9+.\-]*://(?:[^\s/@'\"<>]+@)?[A-Za-z0-9.\-]+)[^\s'\"<>]*", re.IGNORECASE), r"\1"),
    (re.compile(r"(\burl: )/[^\s'\"<>]*"), r"\1#"),
    (re.compile(r"<?[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,6}>?"), "#"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE), "#"),
    (re.compile(r"(?<![\w/])(?!(?<=:)//)(?:[A-Za-z]:)?(?:[\\/]+[^\s\\/'\"<>|,;:()]+){1,40}[\\/]?"), "#"),
    (re.compile(rf"[\w.\-()（）]{{1,200}}\.(?:{_ENDING})\b", re.IGNORECASE), "#"),
    (re.compile(rf"\b{_WEEKDAY},? (?=\d|{_MONTH})|\b\d{{0,2}} ?{_MONTH} (?=\d)"), ""),
    (
        re.compile(
            r"(\b(?:auth\w* failed|authentication failed|challenge|token|secret)\W{1,2})[A-Za-z0-9+/]{8,}={0,2}"
        ),
        r"\1#",
    ),
    (
        re.compile(rf"((?:客户|供应商|厂家|公司名称)[:：]?)[^\s,，。;；:：]{{2,30}}?{_COMPANY}(?:[(（][^)）]*[)）])?"),
        r"\1#",
    ),
    (
        re.compile(rf"(\b(?:customer|supplier|client|contact|company|vendor) )[^\s,，。;；:：]{{2,30}}{_COMPANY}"),
        r"\1#",
    ),
    (
        re.compile(
            rf"(\b(?:customer|supplier|client|contact|company|vendor|user|recipient) ){_CAPITAL}(?: (?:& )?{_CAPITAL})*"
        ),
        r"\1#",
    ),
    (
        re.compile(
            rf"{_CAPITAL}(?: (?:& )?{_CAPITAL}){{0,5}},? (?:GmbH|AG|Ltd|Limited|Inc|LLC|Corp|Co|KG|SE|SA|BV)\b\.?"
        ),
        "#",
    ),
    (re.compile(r"\w*\d\w*(?:[\-+./:,]\w*\d\w*|-[A-Z]+\b)*(?<![.,:])"), "#"),
    (re.compile(r"(?<!\w)-#"), "#"),
    (re.compile(r"\b[A-Z]{2,6}-#"), "#"),
)
_ENDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"#(?:[\s,;/×x*]{1,3}#)+"), "#"),
    (re.compile(r"#\.? ?(?:[kmgt]i?b|%|ms|s|kg|g|mm|cm|pcs)?\.?(?= |$|[,;)\]])", re.IGNORECASE), "#"),
    (re.compile(r"(# \w{3,})s\b"), r"\1"),
    (re.compile(r"\?(?:\s*,\s*\?)+"), "?"),
    (re.compile(r"\s+"), " "),
)


def fingerprint(message: str, names: Iterable[str] = ()) -> str:
    """16 hex digits, equal for errors of the same cause; `names` are words of the case that say nothing of a cause."""
    return sha256(shape(message, names).encode()).hexdigest()[:16]


def shape(message: str, names: Iterable[str] = ()) -> str:
    """The text with what differs from case to case taken out; for people who ask why two errors are one group."""
    text = _without(_PARAMETERS.sub("", _MODULE.sub("", message[:READ])), names)
    for code in _CODES:
        text = code.sub(_hide, text)
    text = _KEY_VALUES.sub("=(#)", text)
    text = _QUOTED.sub(_value(text), text)
    for rule, instead in (*_RULES, *_ENDS):
        text = rule.sub(instead, text)
    return text.strip().lower()[:KEPT]


def _without(text: str, names: Iterable[str]) -> str:
    """The text without the names, unless hardly anything would be left of it."""
    shorter = text
    for name in sorted({one.strip() for one in names}, key=len, reverse=True):
        if len(name) >= 2:
            edge = r"\b" if name.isascii() else ""
            shorter = re.sub(f"{edge}{re.escape(name)}{edge}", "#", shorter) if name in shorter else shorter
    words = re.findall(r"[^\W\d_]{2,}", shorter.partition(": ")[2] or shorter)
    return shorter if len(words) >= 2 or len("".join(words)) >= 6 else text


def _hide(match: re.Match[str]) -> str:
    return match.group().translate(_HIDDEN)


def _value(text: str) -> Callable[[re.Match[str]], str]:
    """What becomes of a quoted value in `text`: names and whole sentences stay, anything else is a value."""

    def instead(match: re.Match[str]) -> str:
        inner = next(part for part in match.groups() if part is not None)
        before, after = text[max(0, match.start() - 24) : match.start()], text[match.end() : match.end() + 16]
        if _NAME.fullmatch(inner) and (_NAMED.search(before) or _OBJECT.match(after)):
            return f" {inner} "
        if len(re.findall(r"[A-Za-z]{3,}", inner)) >= 3:
            return f" {inner} "
        return " # "

    return instead
