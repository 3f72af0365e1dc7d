"""Customers with habits: what they buy, how often they complain, by which way, and how strict they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from server.simulation.trades import TRADES, Trade, trade

_CITIES = (
    "宁波",
    "苏州",
    "东莞",
    "佛山",
    "无锡",
    "成都",
    "青岛",
    "嘉兴",
    "合肥",
    "厦门",
    "中山",
    "常州",
    "武汉",
    "长沙",
)
_ROOTS = (
    "华誉",
    "海顺",
    "鑫达",
    "明远",
    "恒泰",
    "金立",
    "瑞丰",
    "永创",
    "博雅",
    "天工",
    "联胜",
    "盛佳",
    "东昇",
    "启航",
)
_KINDS: Mapping[str, tuple[str, ...]] = {
    "moulding": ("电器有限公司", "汽车零部件有限公司", "小家电股份有限公司", "连接器科技有限公司"),
    "pv": ("新能源工程有限公司", "光伏电站运营有限公司", "电力建设集团", "屋顶能源有限公司"),
    "water": ("物业服务有限公司", "酒店管理有限公司", "食品有限公司", "小区业主委员会"),
}
_FOREIGN: Mapping[str, tuple[str, ...]] = {
    "moulding": ("Northfield Pumps Ltd", "Harlan Appliances GmbH", "Medway Controls Ltd", "Lindqvist Auto AB"),
    "pv": ("Sunridge EPC Inc.", "Iberica Solar S.L.", "Alpenstrom AG", "Mekong Renewables JSC"),
    "water": ("Riverside International School", "Lakeside Serviced Flats", "Harbour View Hotel"),
}
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡林郭何高罗"
_GIVEN = (
    "丽",
    "伟",
    "敏",
    "静",
    "强",
    "磊",
    "洋",
    "艳",
    "勇",
    "军",
    "杰",
    "娟",
    "涛",
    "明",
    "霞",
    "建国",
    "志强",
    "晓燕",
)
_NAMES = ("Anna Keller", "James Ward", "Maria Lopez", "Tom Becker", "Linh Tran", "Sara Nilsson", "Paul Reid")
_CHANNELS: Mapping[str, tuple[tuple[str, ...], tuple[int, ...]]] = {
    "moulding": (("phone", "email", "web", "api", "field", "visit", "fax"), (34, 34, 8, 10, 8, 4, 2)),
    "pv": (("email", "phone", "web", "field", "letter"), (44, 26, 14, 12, 4)),
    "water": (("phone", "web", "visit", "letter", "authority", "field"), (58, 16, 12, 4, 6, 4)),
}
_SHARES = {"moulding": 50, "pv": 28, "water": 22}


@dataclass(frozen=True)
class Article:
    """Something a customer buys; `names` by language."""

    names: Mapping[str, str]
    code: str
    """The product's own, which tells what can go wrong with it."""
    part_no: str
    customer_part_no: str
    price: float
    power: float | None
    fixed: bool
    """Nothing that could be sent back: water, a pipe in the ground."""


@dataclass
class Customer:
    """`weight`: how often he complains against others; `strict`: how likely he wants more than he gets."""

    number: int
    name: str
    language: str
    trade: Trade
    contact: str
    phone: str
    email: str | None
    weight: float
    strict: float
    articles: list[Article]
    favourite: int
    """The defect that comes back at this customer, as a place in the trade's list."""
    trouble: list[tuple[str, str, float, float]] = field(default_factory=list)
    """(part number, defect, RMB, megawatts) of all that he has complained about."""
    complaints: list[str] = field(default_factory=list)
    """Numbers of his complaints, oldest first."""

    def channel(self, rng: Random) -> str:
        ways, weights = _CHANNELS[self.trade.key]
        return rng.choices(ways, weights)[0]


def won(rng: Random, count: int) -> list[Customer]:
    """So many customers of the three trades, a few of them loud."""
    found: list[Customer] = []
    names: set[str] = set()
    for number in range(1, count + 1):
        key = rng.choices(TRADES, [_SHARES[each] for each in TRADES])[0]
        foreign = rng.random() < 0.28
        name = _name(rng, key, foreign, names)
        names.add(name)
        found.append(_customer(rng, number, name, key, foreign))
    return found


def _name(rng: Random, key: str, foreign: bool, taken: set[str]) -> str:
    for _ in range(60):
        name = (
            rng.choice(_FOREIGN[key]) if foreign else rng.choice(_CITIES) + rng.choice(_ROOTS) + rng.choice(_KINDS[key])
        )
        if name not in taken:
            return name
        foreign = foreign and rng.random() < 0.7
    return f"{name} {len(taken)}"


def _customer(rng: Random, number: int, name: str, key: str, foreign: bool) -> Customer:
    bought = trade(key)
    foreign = name.isascii()
    products = rng.sample(bought.products, rng.randint(1, min(3, len(bought.products))))
    return Customer(
        number=number,
        name=name,
        language="en" if foreign else "zh-CN",
        trade=bought,
        contact=rng.choice(_NAMES) if foreign else rng.choice(_SURNAMES) + rng.choice(_GIVEN),
        phone=f"0{rng.randint(21, 29)}-5550 {rng.randint(1000, 9999)}",
        email=None if rng.random() < 0.2 else f"quality@customer{number:04}.example",
        weight=rng.paretovariate(1.4),
        strict=rng.betavariate(2, 4),
        articles=[_article(rng, product) for product in products],
        favourite=rng.randrange(len(bought.defects)),
    )


def _article(rng: Random, product: Mapping[str, Any]) -> Article:
    index = rng.choice("ABCD")
    return Article(
        names={language: product[language] for language in ("zh-CN", "en")},
        code=product["code"],
        part_no=f"{product['code']}-{rng.randint(1, 40):02}-{index}",
        customer_part_no=f"{rng.randint(10, 99)}.{rng.randint(1000, 9999)}.{rng.randint(10, 99)}",
        price=product["price"],
        power=product.get("power"),
        fixed=product.get("fixed", False),
    )
