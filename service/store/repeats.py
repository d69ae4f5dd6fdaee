"""What somebody sends twice at once: the second sending waits for the first, then finds what it has made.

The queries lock first and look then, by two statements: one that waits would see the rows as they were
before.
"""

from datetime import datetime

from sqlalchemy import select

from service.domain.dossiers import DossierStatus
from service.store.tables import Comment, CommentVersion, Dossier, Person, Round
from service.store.work import Work


def comment(
    work: Work, author_id: int, dossier_id: int, scope: str, body: str, since: datetime
) -> int | None:
    """The id of a standing comment that its author wrote with these words at or after an instant."""
    work.session.execute(select(Person.id).where(Person.id == author_id).with_for_update(key_share=True))
    return work.session.scalar(
        select(Comment.id)
        .join(CommentVersion, CommentVersion.comment_id == Comment.id)
        .where(
            Comment.dossier_id == dossier_id,
            Comment.author_id == author_id,
            Comment.scope == scope,
            Comment.written_at >= since,
            Comment.removed_at.is_(None),
            CommentVersion.number == 1,
            CommentVersion.body == body,
        )
        .order_by(Comment.id)
        .limit(1)
    )


def dossier(
    work: Work, person_id: int, round_id: int, unit_id: int, title: str, since: datetime
) -> Dossier | None:
    """The dossier in preparation that somebody opened under a title at or after an instant."""
    work.session.execute(select(Round.id).where(Round.id == round_id).with_for_update())
    return work.session.scalar(
        select(Dossier)
        .where(
            Dossier.round_id == round_id,
            Dossier.unit_id == unit_id,
            Dossier.created_by_id == person_id,
            Dossier.title == title,
            Dossier.created_at >= since,
            Dossier.status == DossierStatus.DRAFT,
        )
        .order_by(Dossier.id)
        .limit(1)
    )
