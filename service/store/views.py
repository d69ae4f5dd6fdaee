"""Queries over saved views."""

from collections.abc import Collection

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from service.domain.words import sort_key
from service.store.tables import SavedView
from service.store.work import Work

# Built once: every page of the inbox asks.
_IS_SEEN = or_(
    SavedView.person_id == bindparam("person_id"),
    SavedView.organisation_id.in_(bindparam("offices", expanding=True)),
)
NUMBER_SEEN = select(func.count()).select_from(SavedView).where(_IS_SEEN)
"""How many somebody may open, of whom `asked_by` tells the rest of the statement."""
_SEEN = select(SavedView).where(_IS_SEEN)
_WITH_OWNERS = _SEEN.options(joinedload(SavedView.person), joinedload(SavedView.organisation))


def seen_by(
    work: Work, person_id: int, organisation_ids: Collection[int], *, with_owners: bool
) -> list[SavedView]:
    """A person's own views and those shared with some offices, the own ones first, by name."""
    statement = _WITH_OWNERS if with_owners else _SEEN
    found = work.session.scalars(statement, asked_by(person_id, organisation_ids))
    return sorted(found, key=lambda view: (view.person_id != person_id, sort_key(view.name), view.id))


def find(work: Work, view_id: int, person_id: int, organisation_ids: Collection[int]) -> SavedView | None:
    """One of those views."""
    return work.session.scalar(
        _WITH_OWNERS.where(SavedView.id == view_id), asked_by(person_id, organisation_ids)
    )


def named(work: Work, person_id: int, name: str) -> SavedView | None:
    """A person's view of a name."""
    return work.session.scalar(
        select(SavedView).where(SavedView.person_id == person_id, SavedView.name == name)
    )


def count(work: Work, person_id: int) -> int:
    """How many views a person has saved."""
    return work.session.scalar(select(func.count()).where(SavedView.person_id == person_id)) or 0


def asked_by(person_id: int, organisation_ids: Collection[int]) -> dict[str, object]:
    """Who looks, and the offices in which they sit."""
    return {"person_id": person_id, "offices": sorted(organisation_ids)}
