"""Queries over the addresses from which calendar programs read."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from service.store.tables import CalendarFeed
from service.store.work import Work


def by_hash(work: Work, token_hash: str) -> CalendarFeed | None:
    """The feed of a secret's hash that has not been revoked, with its person and round."""
    return work.session.scalar(
        select(CalendarFeed)
        .where(CalendarFeed.token_hash == token_hash, CalendarFeed.revoked_at.is_(None))
        .options(joinedload(CalendarFeed.person, innerjoin=True), joinedload(CalendarFeed.round))
    )


def standing(work: Work, person_id: int) -> list[CalendarFeed]:
    """The feeds of a person that have not been revoked, oldest first."""
    return list(
        work.session.scalars(
            select(CalendarFeed)
            .where(CalendarFeed.person_id == person_id, CalendarFeed.revoked_at.is_(None))
            .options(joinedload(CalendarFeed.round))
            .order_by(CalendarFeed.id)
        )
    )


def one(work: Work, person_id: int, feed_id: int) -> CalendarFeed | None:
    """A feed of that very person, locked; None when there is none, or it has been revoked."""
    return work.session.scalar(
        select(CalendarFeed)
        .where(
            CalendarFeed.id == feed_id, CalendarFeed.person_id == person_id, CalendarFeed.revoked_at.is_(None)
        )
        .with_for_update()
    )
