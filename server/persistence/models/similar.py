"""What complaints say, in a form that can be searched: see server/domain/wording.py."""

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.persistence.models.base import BY_KEY, Base


class CaseWording(Base):
    """The texts by which a complaint is compared, and the grams that stand for them in `case_gram`.

    Derived from the case file by a sweep a little later (`case_file.wording_due`), and so never the only copy.
    """

    __tablename__ = "case_wording"
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    edition: Mapped[int]
    part: Mapped[str]
    name: Mapped[str]
    problem: Mapped[str]
    defect: Mapped[str]
    cause: Mapped[str]
    grams: Mapped[list[Any]]


class CaseGram(Base):
    """Which complaints have a gram: the inverted index, a plain table, so that it is the same on both databases."""

    __tablename__ = "case_gram"
    __table_args__ = BY_KEY
    gram: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
