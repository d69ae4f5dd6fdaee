"""Queries over duty rounds: who owes a report in them, what has been opened, who was reminded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, func, not_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from service.domain.dossiers import DossierKind
from service.domain.incidents import IncidentKind
from service.domain.rounds import RoundKind
from service.store.tables import (
    Deadline,
    Dossier,
    Incident,
    Locality,
    Organisation,
    ProcessDefinition,
    Reminder,
    Round,
    UserTask,
)
from service.store.work import Work


@dataclass(frozen=True, slots=True)
class Reminded:
    """How often somebody was reminded of a report, and when last."""

    times: int
    last_at: datetime


def rounds(work: Work, locality_id: str, year: int | None = None) -> list[Round]:
    """The rounds of a locality's duties with their deadlines, newest year first, then by deadline."""
    query = (
        select(Round)
        .join(Round.deadlines)
        .where(Round.locality_id == locality_id, Round.kind == RoundKind.DUTY, Round.active)
        .options(selectinload(Round.deadlines))
        .order_by(Round.year.desc(), Deadline.due_at, Round.key)
    )
    if year is not None:
        query = query.where(Round.year == year)
    return list(work.session.scalars(query).unique())


def undue(work: Work) -> list[Round]:
    """The duty rounds of all localities whose deadline lies ahead, with locality and deadlines."""
    return list(
        work.session.scalars(
            select(Round)
            .join(Round.deadlines)
            .where(Round.kind == RoundKind.DUTY, Round.active, Deadline.active, Deadline.due_at > work.now)
            .options(contains_eager(Round.deadlines), joinedload(Round.locality))
            .order_by(Round.id)
        ).unique()
    )


def without_diagram(work: Work) -> list[tuple[Locality, str, int]]:
    """Localities whose duty rounds run on a diagram that was never deployed: which, and how many rounds."""
    deployed = exists().where(ProcessDefinition.key == Round.process_key)
    found = work.session.execute(
        select(Locality, Round.process_key, func.count())
        .join(Round, Round.locality_id == Locality.id)
        .where(Round.kind == RoundKind.DUTY, Round.active, not_(deployed))
        .group_by(Locality.id, Round.process_key)
        .order_by(Locality.id, Round.process_key)
    )
    return [(locality, key, int(number)) for locality, key, number in found]


def lock_year(work: Work, round_id: int) -> tuple[Round, int]:
    """A duty round, locked with all others of its locality and year until the Work ends.

    Returns:
        The round, and how many reports have been opened in that year: they are numbered together.
    """
    this = select(Round.locality_id, Round.year).where(Round.id == round_id).subquery()
    found = work.session.scalars(
        select(Round)
        .join(this, and_(this.c.locality_id == Round.locality_id, this.c.year == Round.year))
        .where(Round.kind == RoundKind.DUTY)
        .order_by(Round.id)
        .with_for_update(of=Round, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    return next(one for one in found if one.id == round_id), sum(one.dossiers_opened for one in found)


def owners(work: Work, round_: Round) -> list[tuple[Organisation, Dossier | None]]:
    """All organisations with the function that owes the report, past ones too, each with its report."""
    owner = (
        select(Deadline.owner)
        .where(Deadline.round_id == round_.id)
        .order_by(Deadline.position)
        .limit(1)
        .scalar_subquery()
    )
    found = work.session.execute(
        select(Organisation, Dossier)
        .outerjoin(
            Dossier,
            and_(
                Dossier.unit_id == Organisation.id,
                Dossier.round_id == round_.id,
                Dossier.kind == DossierKind.DUTY,
            ),
        )
        .where(Organisation.locality_id == round_.locality_id, Organisation.function == owner)
        .order_by(Organisation.sort_key, Organisation.id)
    )
    return [(row[0], row[1]) for row in found]


def reminded(work: Work, round_id: int) -> Mapping[int, Reminded]:
    """Who was reminded in a round: by the id of the report."""
    found = work.session.execute(
        select(UserTask.dossier_id, func.count(), func.max(Reminder.fired_at))
        .join(UserTask, UserTask.id == Reminder.task_id)
        .join(Dossier, Dossier.id == UserTask.dossier_id)
        .where(Dossier.round_id == round_id, Reminder.fired_at.is_not(None))
        .group_by(UserTask.dossier_id)
    )
    return {
        dossier_id: Reminded(int(times), last_at)
        for dossier_id, times, last_at in found
        if last_at is not None
    }


def parked(work: Work, prefix: str) -> list[str]:
    """What open incidents say of reports that could not be opened, those that begin like this."""
    return list(
        work.session.scalars(
            select(Incident.detail).where(
                Incident.kind == IncidentKind.REPORT,
                Incident.closed_at.is_(None),
                Incident.detail.startswith(prefix, autoescape=True),
            )
        )
    )
