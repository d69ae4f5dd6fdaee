"""Comments on a dossier: beside its history, never a part of it, and no change of the dossier.

Whoever may see a dossier by a seat of theirs may comment on it, for their own office or for all who see it.
Names called with an @ are told by mail and in the inbox.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.comments import Candidate, Scope, clean_body, is_changeable, mentions_in
from service.domain.errors import Conflict, Invalid, message
from service.domain.mails import MailKind
from service.domain.people import Actor, Seat, in_place_of
from service.domain.repeats import SAME_SENDING
from service.domain.words import search_key
from service.operations import access, calendars
from service.operations.mail import mails
from service.store import comments as store
from service.store import dossiers, repeats, tasks
from service.store.tables import Comment, CommentMention, CommentVersion, Dossier, Organisation, Person
from service.store.work import Work

PAGE_SIZE = 100
MOST_SUGGESTED = 8
MOST_HINTS = 500
"""Of so many unread mentions a person is told; nobody reads more before the first are read."""


@dataclass(frozen=True, slots=True)
class Told:
    """A comment with what its reader may do with it."""

    row: Comment
    may_change: bool
    may_remove: bool

    @property
    def body(self) -> str:
        """Its newest words; empty once it is removed."""
        return "" if self.row.removed_at else self.row.versions[-1].body

    @property
    def earlier(self) -> Sequence[CommentVersion]:
        """What it said before, oldest first; nothing once it is removed."""
        return [] if self.row.removed_at else self.row.versions[:-1]


@dataclass(frozen=True, slots=True)
class Conversation:
    """The comments of a dossier, oldest first. `earlier` says that there are more before the first."""

    dossier: Dossier
    comments: Sequence[Told]
    earlier: bool
    may_comment: bool


def show(
    work: Work, actor: Actor, dossier_id: int, *, before_id: int | None = None, limit: int = PAGE_SIZE
) -> Conversation:
    """The comments of a dossier that the actor may read.

    Raises:
        NotFound: when there is no such dossier, or the actor may not know of it.
    """
    dossier = _seen(work, actor, dossier_id)
    found = store.of_dossier(work, actor, dossier_id, before_id=before_id, limit=limit + 1)
    return Conversation(
        dossier=dossier,
        comments=[told(work, actor, comment) for comment in found[-limit:]],
        earlier=len(found) > limit,
        may_comment=access.comments_as(actor, dossier) is not None,
    )


def told(work: Work, actor: Actor, comment: Comment) -> Told:
    """A comment as the actor is shown it."""
    own = comment.author_id == actor.person_id and comment.removed_at is None
    return Told(
        comment,
        may_change=own and is_changeable(comment.written_at, work.now),
        may_remove=comment.removed_at is None and access.may_remove_comment(actor, comment),
    )


def count(work: Work, actor: Actor, dossier_id: int) -> int:
    """How many comments of a dossier the actor may read."""
    return store.count(work, actor, dossier_id)


def write(work: Work, actor: Actor, dossier_id: int, body: str, scope: str) -> Comment:
    """Writes a comment and tells whomever it calls.

    The same words by the same person on the same dossier within `SAME_SENDING` are a second click: they
    write nothing and call nobody, and the answer is the first comment.

    Raises:
        NotFound: when there is no such dossier, or the actor may not know of it.
        NotAllowed: when the actor sees it by no seat of theirs.
        Invalid: without words, with too many, or with a name that several people share.
    """
    dossier = _seen(work, actor, dossier_id)
    seat = _speaking(work, actor, dossier)
    absent = seat.absent
    kind, words = _scope(scope), clean_body(body)
    first = repeats.comment(work, actor.person_id, dossier.id, kind, words, work.now - SAME_SENDING)
    if first is not None:
        return store.get(work, actor, dossier_id, first)
    comment = Comment(
        dossier_id=dossier.id,
        author_id=actor.person_id,
        organisation_id=seat.organisation_id,
        **in_place_of(absent),
        scope=kind,
        written_at=work.now,
        versions=[CommentVersion(number=1, body=words, at=work.now)],
    )
    work.session.add(comment)
    work.session.flush()
    _call(work, actor, dossier, comment)
    return store.get(work, actor, dossier_id, comment.id)


def require_own(work: Work, actor: Actor, dossier_id: int, comment_id: int) -> None:
    """
    Raises:
        NotFound: when there is no such comment, or it is not the actor's to read.
        NotAllowed: when it is somebody else's.
    """
    _seen(work, actor, dossier_id)
    access.require_author(actor, store.get(work, actor, dossier_id, comment_id))


def change(work: Work, actor: Actor, dossier_id: int, comment_id: int, body: str) -> Comment:
    """Gives one's own comment other words, for a while after writing it; what it said before is kept.

    Raises:
        NotFound: when there is none, or it is not the actor's to read.
        NotAllowed: when it is somebody else's.
        Conflict: when it is removed, or too old to be changed.
        Invalid: see `write`.
    """
    dossier = _seen(work, actor, dossier_id)
    comment = store.get(work, actor, dossier_id, comment_id, lock=True)
    access.require_author(actor, comment)
    _require_standing(comment)
    if not is_changeable(comment.written_at, work.now):
        raise Conflict(
            message("A comment can be changed for 15 minutes. Write another one, or remove this one.")
        )
    cleaned, newest = clean_body(body), comment.versions[-1]
    if cleaned != newest.body:
        comment.versions.append(CommentVersion(number=newest.number + 1, body=cleaned, at=work.now))
        work.session.flush()
        _call(work, actor, dossier, comment)
    return store.get(work, actor, dossier_id, comment_id)


def remove(work: Work, actor: Actor, dossier_id: int, comment_id: int) -> Comment:
    """Takes a comment's words away; that it stood there, and who removed it, stays. Twice is harmless.

    Raises:
        NotFound: when there is none, or it is not the actor's to read.
        NotAllowed: when it is somebody else's and the actor is no administrator.
    """
    _seen(work, actor, dossier_id)
    comment = store.get(work, actor, dossier_id, comment_id, lock=True)
    access.require_comment_removal(actor, comment)
    if comment.removed_at is None:
        comment.removed_at, comment.removed_by_id = work.now, actor.person_id
        work.session.flush()
    return store.get(work, actor, dossier_id, comment_id)


def suggest(
    work: Work, actor: Actor, dossier_id: int, text: str, scope: str
) -> list[tuple[Person, Organisation]]:
    """People whom a comment of that scope can call and whose name holds a text, accents aside.

    Raises:
        NotFound: when there is no such dossier, or the actor may not know of it.
        NotAllowed: when the actor may not comment on it.
        Invalid: no such scope.
    """
    dossier = _seen(work, actor, dossier_id)
    seat = _require_seat(actor, dossier)
    found = store.callable_people(
        work,
        dossier,
        calendars.today(work, dossier.round.locality),
        organisation_ids=_offices(seat.organisation_id, _scope(scope)),
        text=search_key(text),
        limit=MOST_SUGGESTED + 1,
    )
    return [(person, office) for person, office in found if person.id != actor.person_id][:MOST_SUGGESTED]


def hints(work: Work, actor: Actor) -> list[CommentMention]:
    """The comments that call the actor and that they have not read yet, the newest first."""
    return [
        mention
        for mention in store.unseen(work, actor.person_id, MOST_HINTS)
        if access.may_see_dossier(actor, mention.comment.dossier)
    ]


def unread(work: Work, actor: Actor, dossier_id: int) -> list[int]:
    """The ids of a dossier's comments that call the actor and that they have not read yet."""
    return store.unseen_in(work, actor.person_id, dossier_id)


def mark_read(work: Work, actor: Actor, comment_ids: Sequence[int]) -> None:
    """Notes that the actor has been shown comments that call them."""
    store.mark_seen(work, actor.person_id, comment_ids)


def _call(work: Work, actor: Actor, dossier: Dossier, comment: Comment) -> None:
    """Tells whomever the newest words call, each once; whoever they call no more is forgotten."""
    people = {
        person.id: person
        for person, _ in store.callable_people(
            work,
            dossier,
            calendars.today(work, dossier.round.locality),
            organisation_ids=_offices(comment.organisation_id, Scope(comment.scope)),
        )
    }
    candidates = [Candidate(one.id, one.name, one.sign_in_name) for one in people.values()]
    called = {one.person_id: one for one in mentions_in(comment.versions[-1].body, candidates)}
    for mention in list(comment.mentions):
        if mention.person_id not in called:
            comment.mentions.remove(mention)
            work.session.delete(mention)
        else:
            mention.written = called.pop(mention.person_id).written
    for person_id, one in called.items():
        # Whoever calls themselves only shows the name.
        own = person_id == actor.person_id
        key = f"{MailKind.MENTIONED}:{comment.id}:{comment.versions[-1].number}:{person_id}"
        mail = None if own else mails.to_person(work, dossier, MailKind.MENTIONED, people[person_id], key)
        work.session.flush()
        comment.mentions.append(
            CommentMention(
                person_id=person_id,
                written=one.written,
                mail_id=mail.id if mail else None,
                seen_at=work.now if own else None,
            )
        )
    work.session.flush()


def _offices(organisation_id: int, scope: Scope) -> list[int] | None:
    return [organisation_id] if scope is Scope.OFFICE else None


def _scope(scope: str) -> Scope:
    try:
        return Scope(scope)
    except ValueError:
        raise Invalid(
            message("Check the marked fields and send again."),
            {"scope": message("Choose who may read the comment.")},
        ) from None


def _seen(work: Work, actor: Actor, dossier_id: int) -> Dossier:
    dossier = dossiers.get(work, dossier_id)
    access.require_sight(actor, dossier)
    return dossier


def _require_seat(actor: Actor, dossier: Dossier) -> Seat:
    return access.require_commenting(actor, dossier)


def _speaking(work: Work, actor: Actor, dossier: Dossier) -> Seat:
    """The seat by which a comment is written: at an open task an absent holder's, if it is theirs."""
    seat = _require_seat(actor, dossier)
    if actor.absences:
        for task in tasks.open_of(work, dossier.id).values():
            if task.assignee_id != actor.person_id and actor.holds(task.assignee_id, task.group_id):
                return actor.seat_in(task.group_id, task.assignee_id) or seat
    return seat


def _require_standing(comment: Comment) -> None:
    if comment.removed_at is not None:
        raise Conflict(message("This comment has been removed."))
