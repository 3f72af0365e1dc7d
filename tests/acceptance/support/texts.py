"""Texts an unfriendly typist would enter; every one is a legal JSON string without NUL."""

from random import Random

NASTY = (
    "plain words",
    "客户投诉:外壳有飞边,请尽快处理。",
    "Ünïcödé ñandú – “quoted” … ½ €",
    "emoji 🙂👩‍👩‍👧‍👦🇨🇳🏳️‍🌈",
    'he said "stop", it\'s a `back` tick',
    "line one\nline two\r\nline three\ttabbed",
    "  leading and trailing blanks  ",
    "\u3000全角空格\u3000",
    "<script>alert('x')</script><img src=x onerror=alert(1)>",
    "&lt;b&gt; &amp; &#0; &nbsp;",
    '#set page(width: 1pt) #panic("no") #import "x.typ"',
    '$ x^2 $ *bold* _it_ @ref <label> // no comment /* nor this */ \\ \\u{41} #"',
    "= heading\n- list\n+ enum\n/ term: x\n```raw```",
    "{{ 7*7 }} {% for x in y %} ${7*7} #{7*7} %s %d {0} {name}",
    "'; DROP TABLE case_file; --",
    "../../etc/passwd C:\\Windows\\system32 file:///etc/passwd",
    "\u202etxet tfel-ot-thgir\u202c שלום مرحبا",
    "zero\u200bwidth\u200d joiner\ufeff bom",
    "\u2028line separator\u2029paragraph separator\u0085next",
    "\x01\x02\x1f control\x7f",
    "a\u0301e\u0308 decomposed",
    "𝕸𝖆𝖙𝖍 𠮷野家 beyond the basic plane",
    "null",
    "true",
    "0",
    "-1e308",
    "=1+1",
    "@SUM(A1)",
    "Subject: x\r\nBcc: everyone@example.com",
    "%00%0d%0a..%2f",
    '\\n \\" \\\\',
    "[zh-CN]\n中文\n[en]\nenglish",
    "constructor __proto__ typename toString",
    "None",
    "ﷺ﷽",
    "Z̸̡̛a̷͚̓l̴̗̈g̵̱̐o̶̢͝",
)
BLANKS = (" ", "\n", "\t \u3000", "\u200b")


def text(rng: Random, shortest: int = 0, longest: int | None = None) -> str:
    """A text of `shortest` to `longest` code points: nasty, blank, as long as allowed, or empty."""
    top = 3000 if longest is None else longest
    choice = rng.random()
    if choice < 0.06 and shortest == 0:
        return ""
    if choice < 0.12:
        return _fit(rng, rng.choice(BLANKS), shortest, top)
    if choice < 0.22:
        length = rng.choice((top, max(shortest, min(top, 1)), shortest or min(top, 1)))
        return _fill(rng, length)
    return _fit(rng, rng.choice(NASTY), shortest, top)


def email(rng: Random, longest: int | None = None) -> str:
    """An address that any checker of `format: email` accepts."""
    names = ("a", "quality", "first.last", "o'brien+tag", "x_y-z", "UPPER", "9lives")
    hosts = ("example.com", "mail.example.org", "a-b.example.net", "sub.sub.example.co.uk")
    found = f"{rng.choice(names)}@{rng.choice(hosts)}"
    return found if longest is None or len(found) <= longest else "a@b.cn"


def day(rng: Random) -> str:
    """RFC 3339 full-date, month ends and leap days among them."""
    special = ("2024-02-29", "2026-12-31", "2027-01-01", "1999-12-31", "2099-06-30")
    if rng.random() < 0.3:
        return rng.choice(special)
    return f"{rng.randint(2020, 2030)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"


def moment(rng: Random) -> str:
    """RFC 3339 date-time in its many spellings."""
    fraction = rng.choice(("", "", ".5", ".123456"))
    zone = rng.choice(("Z", "+00:00", "+08:00", "-05:30", "Z"))
    return f"{day(rng)}T{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}{fraction}{zone}"


def _fit(rng: Random, seed: str, shortest: int, longest: int) -> str:
    found = seed[:longest]
    while len(found) < shortest:
        found += rng.choice(("x", "字", "🙂", " y"))
    return found[:longest]


def _fill(rng: Random, length: int) -> str:
    unit = rng.choice(("x", "长文本", "word ", "🙂é\n", "<b>&"))
    return (unit * (length // len(unit) + 1))[:length]
