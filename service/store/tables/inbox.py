"""What people make of their inbox: views they keep, tasks they put off."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service.store.tables.columns import Key, RowId, Table
from service.store.tables.localities import Organisation
from service.store.tables.people import Person
from service.store.tables.tasks import UserTask


class SavedView(Table):
    """A folder with filters and an order, under a name of its owner's choice.

    `params` are the texts of its address, see `service.domain.queues`. With an `organisation_id` it is
    shared: all members of that office see it.
    """

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("person_id", "name"), Index(None, "organisation_id"))

    id: Mapped[RowId]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str]
    folder: Mapped[Key]
    params: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


class Snooze(Table):
    """A task that one person does not want to see before an instant; it ends by itself.

    The task itself knows nothing of it. From the morning of its last day on it is shown in any case.
    """

    __tablename__ = "snoozes"
    __table_args__ = (Index(None, "task_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("user_tasks.id"), primary_key=True)
    until_at: Mapped[datetime]
    created_at: Mapped[datetime]

    task: Mapped[UserTask] = relationship()
