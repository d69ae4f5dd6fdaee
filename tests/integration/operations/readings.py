"""What the tests look at: rows of a world, read in one short Work each."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import select

from service.operations.dossier import dossiers
from service.operations.dossier.dossiers import DossierPage
from service.operations.watch import verification
from service.store.tables import (
    HistoryStep,
    Incident,
    OutgoingMail,
    Person,
    Reminder,
    Table,
    Timer,
    UserTask,
)
from tests.builders import World

Row = TypeVar("Row", bound=Table)


def page(world: World, dossier_id: int, who: str = "clerk") -> DossierPage:
    """A dossier as somebody sees it."""
    with world.database.read() as work:
        return dossiers.show(work, world.actor(who), dossier_id)


def status(world: World, dossier_id: int) -> str:
    """Where a dossier stands."""
    return page(world, dossier_id).dossier.status


def nomination_statuses(world: World, dossier_id: int) -> list[str]:
    """What has become of the nominations, in their order."""
    return [str(nomination.status) for nomination in page(world, dossier_id).nominations]


def nomination_ids(world: World, dossier_id: int) -> list[int]:
    """The ids of the nominations, in their order."""
    return [nomination.id for nomination in page(world, dossier_id).nominations]


def history(world: World, dossier_id: int, kind: str | None = None) -> list[HistoryStep]:
    """The history of a dossier, of one kind if one is named."""
    return [step for step in page(world, dossier_id).history if kind in {None, step.kind}]


def rows(world: World, table: type[Row]) -> Sequence[Row]:
    """All rows of a table by id."""
    with world.database.read() as work:
        return work.session.scalars(select(table).order_by(*table.__table__.primary_key)).all()


def reminders(world: World, task: UserTask) -> dict[str, Reminder]:
    """The reminders of a task by rule and last permitted day."""
    return {
        f"{row.rule_key}/{row.deadline_date:%d-%m}": row
        for row in rows(world, Reminder)
        if row.task_id == task.id
    }


def pending(world: World, task: UserTask) -> dict[str, Reminder]:
    """The reminders of a task that wait to be sent."""
    return {
        key: row
        for key, row in reminders(world, task).items()
        if row.fired_at is None and row.cancelled_at is None
    }


def timers(world: World, dossier_id: int) -> dict[str, Timer]:
    """The timers of a dossier by element, fired ones too."""
    return {row.element_id: row for row in rows(world, Timer) if row.dossier_id == dossier_id}


def mails(world: World, template: str | None = None) -> list[tuple[str, str | None]]:
    """(recipient, rule) of every mail in the outbox, of one template if one is named."""
    names = {person.id: person.sign_in_name for person in rows(world, Person)}
    return [
        (names[row.recipient_id], row.rule_key)
        for row in rows(world, OutgoingMail)
        if template in {None, row.template}
    ]


def incidents(world: World) -> list[str]:
    """The kinds of the open incidents."""
    return [row.kind for row in rows(world, Incident) if row.closed_at is None]


def broken(world: World) -> list[str]:
    """The invariants that do not hold."""
    with world.database.read() as work:
        return [one.invariant for one in verification.verify(work, world.folder).broken]
