"""What a complaint is about: goods, lot, numbers, and what people find out about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from server.simulation.customers import Article, Customer
from server.simulation.plots import Plot
from server.simulation.trades import phrase, phrases

_KINDS: Mapping[str, Mapping[str, str]] = {
    "water": {"黄水": "water_quality", "氯味重": "water_quality", "水压低": "water_pressure", "管道漏水": "pipe_repair",
              "水表走快": "meter", "管道异响": "pipe_repair", "远传表不上数": "meter",
              "表接头漏水": "pipe_repair", "水箱异味": "water_quality"},
}  # fmt: skip


COSTLY, POWERFUL = 900_000, 0.45
"""A little below the RMB and the megawatts that raise the level of a repeated complaint."""
DRAFTS = 12


@dataclass(frozen=True)
class Matter:
    """`about` has the words of the trade in the customer's language, `found` the numbers."""

    article: Article
    about: Mapping[str, str]
    motif: str
    category: str
    kind: str
    """Of complaint: the case file's /classification/kind."""
    where: str
    """The case file's /problem/kind."""
    place: str
    machine: str
    lot: str
    order_no: str
    total: int
    bad: int
    cost: float
    delivered: date
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def megawatts(self) -> float:
        return self.bad * (self.article.power or 0) / 1_000_000


def drawn(customer: Customer, plot: Plot, today: date, rng: Random) -> Matter:
    """What this customer complains about this time: one that is to be graded `alone` is no costly repetition."""
    drafts = [_draft(customer, plot, today, rng)]
    while plot.alone and len(drafts) < DRAFTS and _weight(customer, drafts[-1]) >= COSTLY:
        drafts.append(_draft(customer, plot, today, rng))
    matter = min(drafts, key=lambda each: _weight(customer, each)) if plot.alone else drafts[0]
    matter.facts.update(_facts(customer, matter))
    customer.trouble.append((matter.article.part_no, matter.about["name"], matter.cost, matter.megawatts))
    return matter


def _weight(customer: Customer, matter: Matter) -> float:
    """Cost of the matter and all the customer had with the same part or defect, or a large number for much power."""
    same = [each for each in customer.trouble if each[0] == matter.article.part_no or each[1] == matter.about["name"]]
    power = sum(each[3] for each in same) + matter.megawatts
    return sum(each[2] for each in same) + matter.cost + (COSTLY if power >= POWERFUL else 0)


def _draft(customer: Customer, plot: Plot, today: date, rng: Random) -> Matter:
    trade, language = customer.trade, customer.language
    goods = [each for each in customer.articles if plot.method != "return" or not each.fixed]
    article = rng.choice(goods or customer.articles)
    source = _source(customer, plot, article, rng)
    total = rng.choice((200, 500, 800, 1000, 1500, 2000, 3000, 4000)) if trade.key != "pv" else 31 * rng.randint(4, 40)
    total = rng.randint(2, 400) if trade.key == "water" else total
    bad = max(1, round(total * rng.betavariate(1.2, 18)))
    cost = _cost(plot, bad * article.price, rng)
    # What fails in the field has been there for a while.
    delivered = today - timedelta(days=rng.randint(2, 40) if trade.key != "pv" else rng.randint(10, 320))
    return Matter(
        article=article,
        about={name: text if isinstance(text, str) else rng.choice(text) for name, text in source[language].items()},
        motif=source.get("motif", "label"),
        category=source.get("category", "method"),
        kind=_kind(customer, plot, source, rng),
        where=_where(trade.key, rng),
        place=rng.choice(trade.places[language]),
        machine=rng.choice(trade.machines[language]),
        lot=f"{delivered:%y%m%d}-{rng.randint(1, 4)}",
        order_no=f"PO-{delivered:%y}-{rng.randint(10000, 99999)}",
        total=total,
        bad=bad,
        cost=cost,
        delivered=delivered,
    )


def _source(customer: Customer, plot: Plot, article: Article, rng: Random) -> Mapping[str, Any]:
    """What can be the matter with this article; some customers have the same trouble again and again."""
    trade = customer.trade
    if plot.verdict == "not_valid":
        return rng.choice(_fitting(trade.invalid, article))
    if plot.verdict in ("need", "no_quality"):
        return rng.choice(_fitting(trade.services, article))
    again, fitting = trade.defects[customer.favourite], _fitting(trade.defects, article)
    return again if again in fitting and rng.random() < 0.4 else rng.choice(fitting)


def _fitting(entries: Sequence[Mapping[str, Any]], article: Article) -> list[Mapping[str, Any]]:
    return [each for each in entries if article.code in each.get("products", (article.code,))]


def _cost(plot: Plot, goods: float, rng: Random) -> float:
    """RMB; a serious one may cost millions, though most are serious for other reasons."""
    if plot.serious and rng.random() < 0.4:
        millions = rng.random() < 0.15 and not plot.alone
        return round(rng.uniform(1_000_000, 6_500_000) if millions else rng.uniform(20_000, 300_000), -2)
    return round(min(goods * rng.uniform(0.8, 2.5) + rng.uniform(300, 9000), 90_000), 0)


def _kind(customer: Customer, plot: Plot, source: Mapping[str, Any], rng: Random) -> str:
    if plot.verdict == "need":
        return rng.choice(("consultation", "suggestion"))
    if plot.verdict == "no_quality":
        return rng.choice(("service", "delivery") if customer.trade.key != "water" else ("service", "meter"))
    return _KINDS.get(customer.trade.key, {}).get(source["zh-CN"]["name"], "product")


def _where(trade: str, rng: Random) -> str:
    if trade == "moulding":
        return rng.choices(("zero_km", "incoming", "field", "logistics"), (50, 34, 10, 6))[0]
    return rng.choices(("field", "logistics", "incoming"), (70, 15, 15))[0] if trade == "pv" else "field"


def _facts(customer: Customer, matter: Matter) -> Mapping[str, str]:
    about = matter.about
    return {
        "customer": customer.name,
        "contact": customer.contact,
        "part": matter.article.names[customer.language],
        "part_no": matter.article.part_no,
        "trade": customer.trade.key,
        # Nobody knows yet that it is none of ours, so the complaint is not called by what it turns out to be.
        "defect": {"zh-CN": "投诉", "en": "complaint"}[customer.language] if "basis" in about else about["name"],
        **{name: text for name, text in about.items() if name != "name"},
        "lot": matter.lot,
        "bad": str(matter.bad),
        "total": str(matter.total),
        "place": matter.place,
        "machine": matter.machine,
        "amount": str(round(matter.cost / 3)),
        "unit": {"piece": "件", "module": "块", "household": "户"}.get(customer.trade.unit, "")
        if customer.language == "zh-CN"
        else "",
    }


def complaint(customer: Customer, matter: Matter, plot: Plot, rng: Random) -> str:
    """The customer's own words."""
    language, trade = customer.language, customer.trade.key
    if plot.verdict in ("need", "no_quality"):
        return phrase(language, "need", "good", matter.facts, rng)
    known = phrases(language)
    told = [f"{rng.choice(known['opening'][trade])}{matter.about['seen']}{'。' if language == 'zh-CN' else '.'}"]
    told += rng.sample(known["detail"][trade], rng.randint(1, 3))
    if rng.random() < 0.4 + customer.strict:
        told.append(rng.choice(known["demand"][trade]))
    text = ("" if language == "zh-CN" else " ").join(each.strip() for each in told)
    return text.format_map({**matter.facts, "day": matter.delivered.isoformat()})
