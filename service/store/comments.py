"""Queries over comments on dossiers, their mentions, and whom they can call."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import joinedload, selectinload

from service.domain.access import reach_of
from service.domain.comments import Scope
from service.domain.errors import NotFound, message
from service.domain.people import Actor
from service.store.people import seated_on
from service.store.tables import (
    CandidateGroup,
    Comment,
    CommentMention,
    Dossier,
    Membership,
    Organisation,
    Person,
)
from service.store.work import Work

_WHOLE = (
    selectinload(Comment.versions),
    selectinload(Comment.mentions).joinedload(CommentMention.person),
    joinedload(Comment.author),
    joinedload(Comment.organisation),
    joinedload(Comment.removed_by),
)


def readable(actor: Actor) -> ColumnElement[bool]:
    """`Reach.reads_comment` as a condition, on comments of a dossier that the actor may see."""
    reach = reach_of(actor)
    if reach.everything:
        return Comment.id.is_not(None)
    return or_(Comment.scope == Scope.DOSSIER, Comment.organisation_id.in_(reach.organisation_ids))


def of_dossier(
    work: Work, actor: Actor, dossier_id: int, *, before_id: int | None = None, limit: int = 100
) -> list[Comment]:
    """The newest comments of a dossier that the actor may read, oldest first; `before_id` reads on."""
    query = (
        select(Comment)
        .where(Comment.dossier_id == dossier_id, readable(actor))
        .options(*_WHOLE)
        .order_by(Comment.id.desc())
        .limit(limit)
    )
    if before_id is not None:
        query = query.where(Comment.id < before_id)
    return list(work.session.scalars(query))[::-1]


def count(work: Work, actor: Actor, dossier_id: int) -> int:
    """How many comments of a dossier the actor may read, without those removed."""
    return (
        work.session.scalar(
            select(func.count())
            .select_from(Comment)
            .where(Comment.dossier_id == dossier_id, Comment.removed_at.is_(None), readable(actor))
        )
        or 0
    )


def get(work: Work, actor: Actor, dossier_id: int, comment_id: int, *, lock: bool = False) -> Comment:
    """One comment of that very dossier, if the actor may read it.

    Raises:
        NotFound: when there is none, or it is another office's.
    """
    query = (
        select(Comment)
        .where(Comment.id == comment_id, Comment.dossier_id == dossier_id, readable(actor))
        .options(*_WHOLE)
        .execution_options(populate_existing=True)
    )
    found = work.session.scalar(query.with_for_update(of=Comment) if lock else query)
    if found is None:
        raise NotFound(message("There is no such comment, or it is not for you to read."))
    return found


def callable_people(
    work: Work,
    dossier: Dossier,
    on: date,
    *,
    organisation_ids: Collection[int] | None = None,
    text: str = "",
    limit: int = 1000,
) -> list[tuple[Person, Organisation]]:
    """The people who may see a dossier by a seat on a local date, each once with an office of theirs.

    `organisation_ids` leaves only those who sit in one of them; `text` is an accent-free key that their name
    or sign-in name must hold.
    """
    sees = Organisation.id == dossier.unit_id
    if dossier.submitted_at is not None:
        reviews = and_(Organisation.locality_id == dossier.locality_id, Organisation.function != "unit")
        sees = or_(sees, reviews)
    query = (
        select(Person, Organisation)
        .join(Membership, Membership.person_id == Person.id)
        .join(CandidateGroup, CandidateGroup.id == Membership.group_id)
        .join(Organisation, Organisation.id == CandidateGroup.organisation_id)
        .where(Person.active, seated_on(on), sees)
        .order_by(Person.sort_key, Person.id, Organisation.id)
    )
    if organisation_ids is not None:
        query = query.where(Organisation.id.in_(list(organisation_ids)))
    if text:
        query = query.where(
            or_(
                Person.search_key.contains(text, autoescape=True),
                Person.sign_in_name.contains(text, autoescape=True),
            )
        )
    found: dict[int, tuple[Person, Organisation]] = {}
    for person, organisation in work.session.execute(query):
        found.setdefault(person.id, (person, organisation))
        if len(found) == limit:
            break
    return list(found.values())


def unseen(work: Work, person_id: int, limit: int) -> list[CommentMention]:
    """The newest mentions of a person that they have not read yet, each with its comment and dossier."""
    return list(
        work.session.scalars(
            select(CommentMention)
            .join(CommentMention.comment)
            .where(
                CommentMention.person_id == person_id,
                CommentMention.seen_at.is_(None),
                Comment.removed_at.is_(None),
            )
            .options(
                joinedload(CommentMention.comment).joinedload(Comment.author),
                joinedload(CommentMention.comment).joinedload(Comment.dossier),
            )
            .order_by(CommentMention.id.desc())
            .limit(limit)
        )
    )


def unseen_in(work: Work, person_id: int, dossier_id: int) -> list[int]:
    """The ids of the comments of a dossier that call a person who has not read them yet."""
    return list(
        work.session.scalars(
            select(CommentMention.comment_id)
            .join(CommentMention.comment)
            .where(
                CommentMention.person_id == person_id,
                CommentMention.seen_at.is_(None),
                Comment.dossier_id == dossier_id,
            )
        )
    )


def mark_seen(work: Work, person_id: int, comment_ids: Collection[int]) -> None:
    """Notes that a person has read the comments that call them."""
    work.session.execute(
        update(CommentMention)
        .where(
            CommentMention.person_id == person_id,
            CommentMention.comment_id.in_(list(comment_ids)),
            CommentMention.seen_at.is_(None),
        )
        .values(seen_at=work.now)
    )


def of_mail(work: Work, mail_id: int) -> Comment | None:
    """The comment that a mail tells of; None when it does not call its reader any more."""
    return work.session.scalar(
        select(Comment)
        .join(CommentMention, CommentMention.comment_id == Comment.id)
        .where(CommentMention.mail_id == mail_id)
        .options(*_WHOLE)
    )
