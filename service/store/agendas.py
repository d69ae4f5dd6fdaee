"""Queries over what somebody owes by when: tasks they hold or may take, and the deadlines of rounds."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select, union_all
from sqlalchemy.orm import joinedload

from service.domain.people import Actor
from service.domain.tasks import PENDING
from service.store.tables import (
    CandidateGroup,
    DeadlineChange,
    Dossier,
    Membership,
    Round,
    UserTask,
)
from service.store.work import Work

MOST_TASKS = 500
"""More deadlines than this no calendar can be read with; the nearest ones count."""


def open_tasks(
    work: Work, actor: Actor, first: date | None = None, last: date | None = None
) -> list[UserTask]:
    """The open tasks with a last day that are in the actor's hands or may be taken by them, the nearest
    deadline first.

    Those whose last day lies from `first` to `last`, where these are given.
    """
    within: list[ColumnElement[bool]] = [UserTask.closed_at.is_(None), UserTask.last_day.is_not(None)]
    within += [UserTask.last_day >= first] if first else []
    within += [UserTask.last_day <= last] if last else []
    unclaimed = and_(UserTask.assignee_id.is_(None), UserTask.group_id.in_(sorted(actor.group_ids)))
    # Each part reads a partial index of its own: see the folders of the inbox.
    parts = (
        select(UserTask.id)
        .where(*within, part)
        .order_by(UserTask.sort_at, UserTask.id)
        .limit(MOST_TASKS)
        .subquery()
        for part in (*_in_hand(actor), unclaimed)
    )
    ids = union_all(*(select(part.c.id) for part in parts))
    found = _told(select(UserTask).where(UserTask.id.in_(ids)))
    return list(work.session.scalars(found.order_by(UserTask.sort_at, UserTask.id).limit(MOST_TASKS)))


def undated_tasks(work: Work, actor: Actor) -> list[UserTask]:
    """The open tasks without a last day that `open_tasks` would tell of; some may have had one."""
    mine = or_(
        *_in_hand(actor),
        and_(UserTask.assignee_id.is_(None), UserTask.group_id.in_(sorted(actor.group_ids))),
    )
    found = _told(select(UserTask).where(UserTask.closed_at.is_(None), UserTask.last_day.is_(None), mine))
    return list(work.session.scalars(found.order_by(UserTask.id).limit(MOST_TASKS)))


def closed_tasks(work: Work, actor: Actor, since: datetime) -> list[UserTask]:
    """The tasks of the actor's groups that had a last day and have closed since an instant, newest first."""
    groups = sorted(actor.group_ids)
    colleagues = select(Membership.person_id).where(Membership.group_id.in_(groups))
    found = _told(
        select(UserTask).where(
            # By whom first: that is what the index over closed tasks begins with.
            or_(UserTask.closed_by_id.in_(colleagues), UserTask.closed_by_id.is_(None)),
            UserTask.closed_at >= since,
            UserTask.group_id.in_(groups),
            UserTask.last_day.is_not(None),
        )
    )
    return list(
        work.session.scalars(found.order_by(UserTask.closed_at.desc(), UserTask.id.desc()).limit(MOST_TASKS))
    )


def _in_hand(actor: Actor) -> list[ColumnElement[bool]]:
    """What the inbox calls one's own: held by the actor, by somebody who is away and for whom they stand in
    there, or by a colleague whom they have asked and for whom they stay responsible."""
    in_place = (
        and_(UserTask.assignee_id == absent_id, UserTask.group_id.in_(sorted(groups)))
        for absent_id, groups in sorted(actor.absences.items())
    )
    asked = and_(UserTask.delegation == PENDING, UserTask.owner_id == actor.person_id)
    return [UserTask.assignee_id == actor.person_id, *in_place, asked]


def rounds_of(work: Work, locality_ids: Iterable[str]) -> list[Round]:
    """The rounds of some localities in use, oldest first, with their deadlines."""
    return list(
        work.session.scalars(
            select(Round)
            .where(Round.locality_id.in_(list(locality_ids)), Round.active)
            .options(joinedload(Round.locality, innerjoin=True), joinedload(Round.deadlines))
            .order_by(Round.year, Round.id)
        ).unique()
    )


def last_known_days(work: Work, deadline_ids: Sequence[int]) -> dict[int, date]:
    """The last permitted days that deadlines without a date had before they lost it."""
    if not deadline_ids:
        return {}
    rows = work.session.execute(
        select(DeadlineChange.deadline_id, DeadlineChange.before, DeadlineChange.day_before)
        .where(
            DeadlineChange.deadline_id.in_(deadline_ids),
            DeadlineChange.unit_id.is_(None),
            DeadlineChange.day_before.is_not(None),
        )
        .order_by(DeadlineChange.id)
    )
    found: dict[int, date] = {}
    for deadline_id, before, day_before in rows:
        last = (before or {}).get("last_day")
        day = date.fromisoformat(last) if last else day_before
        if day is not None:
            found[deadline_id] = day
    return found


def _told(query: Select[UserTask]) -> Select[UserTask]:
    return query.options(
        joinedload(UserTask.dossier, innerjoin=True).options(
            joinedload(Dossier.unit, innerjoin=True),
            joinedload(Dossier.round, innerjoin=True).joinedload(Round.locality, innerjoin=True),
        ),
        joinedload(UserTask.group, innerjoin=True).joinedload(CandidateGroup.organisation, innerjoin=True),
        joinedload(UserTask.assignee),
        joinedload(UserTask.deadline),
        joinedload(UserTask.extension),
    )
