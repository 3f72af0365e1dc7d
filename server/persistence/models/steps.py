"""Every wait of every case, with what managers ask about it: where cases stand, how long, on whom, what it costs."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from server.persistence.models.base import Base, only

LEFT = "ended_day IS NOT NULL AND stands = 1"
NOT_COUNTED = -1
"""`counted_by` of a row whose working time is still to be counted."""


_DONE = ("application", "kind", "process_id", "element_id", "ended_at", "worked", "due_at", "site", "case_id")
OPEN_COLUMNS = (
    *("application", "process_id", "element_id", "call_path", "site", "rate", "case_id", "begun_work", "due_at"),
    *("group_key", "level", "customer", "part_no"),
)


CUSTOMER_COLUMNS = (
    *("application", "customer", "ended_day", "call_path", "process_id", "element_id", "rate", "worked", "ended_at"),
    *("due_at", "site", "level", "group_key"),
)


class StepRecord(Base):
    """One wait of an instance (a line of `process_instance.waits`), kept after it has ended.

    It says nothing that history and waits do not say: casework/step_records.py keeps it, in the transaction that moves
    the case. `kind` is that of the wait, `process_id` the process it is drawn in, `call_path` the call activities
    around it (`a/b`, empty in the main process). `stands`: 1 where the case is to be found, 0 for what only listens.
    `customer`, `part_no` and `level` are copies of the case's columns, so that a filter needs no join.

    `begun_work` and `worked` count working seconds by the site's calendar (domain/working_seconds.py), in the version
    `counted_by` of it: 0 for a site without a row, NOT_COUNTED until the sweep comes by; `ended_day` is the day at the
    site on which it ended (20260228). `rate` is what an hour costs.
    """

    __tablename__ = "step_record"
    __table_args__ = (
        Index("ix_step_record_wait", "instance_id", "wait_id"),
        # With what a case's steps cost, and of what is done the times: both are counted without a look at the rows.
        Index("ix_step_record_case", "case_id", "worked", "rate"),
        Index("ix_step_record_done", *_DONE, **only("outcome = 'completed'")),
        Index("ix_step_record_counted", "site", "counted_by"),
        # Everything that the page of what stands where asks, so that it reads nothing but this.
        Index("ix_step_record_open", *OPEN_COLUMNS, **only("ended_at IS NULL AND stands = 1")),
        Index("ix_step_record_day", "application", "ended_day", **only(LEFT)),
        # A customer may have a tenth of all steps, so that a year of his is read from this alone.
        Index("ix_step_record_customer", *CUSTOMER_COLUMNS, **only(LEFT)),
        Index("ix_step_record_element", "application", "element_id", "ended_day", **only(LEFT)),
        Index("ix_step_record_part", "application", "part_no", "ended_day", **only(LEFT)),
        Index("ix_step_record_person", "application", "ended_by", "ended_day", **only(LEFT)),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("process_instance.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    wait_id: Mapped[str]
    kind: Mapped[str]
    application: Mapped[str]
    site: Mapped[str]
    version_id: Mapped[int]
    process_id: Mapped[str]
    element_id: Mapped[str]
    call_path: Mapped[str] = mapped_column(default="")
    group_key: Mapped[str | None]
    stands: Mapped[int] = mapped_column(default=1)
    customer: Mapped[str]
    part_no: Mapped[str | None]
    level: Mapped[str | None]
    begun_at: Mapped[datetime]
    begun_work: Mapped[int | None]
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_day: Mapped[int | None]
    worked: Mapped[int | None]
    outcome: Mapped[str | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    rate: Mapped[float | None]
    counted_by: Mapped[int] = mapped_column(default=NOT_COUNTED)


STANDS = StepRecord.stands == literal_column("1")
"""Written out: a database uses an index of some rows only where the question itself says that it asks for those."""


class StepSpan(Base):
    """A day (20260228) or a whole month (20260200) of an application that `step_sum` has added up.

    Whoever changes a record that ended then takes the row away: a span that is not here is counted from the records.
    """

    __tablename__ = "step_span"
    application: Mapped[str] = mapped_column(primary_key=True)
    start: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class StepSum(Base):
    """The steps that ended in a span, added up by everything that many share (casework/step_sums.py)."""

    __tablename__ = "step_sum"
    __table_args__ = (Index("ix_step_sum_span", "application", "start"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    application: Mapped[str]
    start: Mapped[int]
    process_id: Mapped[str]
    element_id: Mapped[str]
    call_path: Mapped[str]
    site: Mapped[str]
    level: Mapped[str | None]
    group_key: Mapped[str | None]
    rate: Mapped[float | None]
    steps: Mapped[int]
    worked: Mapped[int] = mapped_column(BigInteger)
    longest: Mapped[int]
    late: Mapped[int]


class StepCost(Base):
    """Money of the case file at the step whose cost it is (`[costs.items]` of application.toml), to be filtered alike.

    `at`: when the amount was entered or changed last; `ended_at`: when its case ended. Kept by casework/step_money.py.
    """

    __tablename__ = "step_cost"
    __table_args__ = (
        Index("ix_step_cost_at", "application", "at"),
        Index("ix_step_cost_open", "application", **only("ended_at IS NULL")),
    )
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True, autoincrement=False)
    item: Mapped[str] = mapped_column(primary_key=True)
    application: Mapped[str]
    site: Mapped[str]
    process_id: Mapped[str]
    element_id: Mapped[str]
    call_path: Mapped[str]
    group_key: Mapped[str | None]
    customer: Mapped[str]
    part_no: Mapped[str | None]
    level: Mapped[str | None]
    amount: Mapped[float]
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
