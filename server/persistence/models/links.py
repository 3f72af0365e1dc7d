"""What one complaint has to do with another."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.persistence.models.base import Base

DUPLICATE, SUCCESSOR = "duplicate_of", "successor_of"


class CaseLink(Base):
    """`case_id` is a duplicate or a successor of `other_id`; one row is the link of both.

    A complaint is the duplicate of one other at most, and the successor of one.
    """

    __tablename__ = "case_link"
    __table_args__ = (UniqueConstraint("case_id", "kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
