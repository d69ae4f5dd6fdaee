"""Saved views: a folder with filters and an order under a name, one's own or shared with one's office."""

from dataclasses import dataclass

from service.domain.errors import Conflict, Invalid, NotFound, message
from service.domain.people import Actor
from service.domain.queues import Wanted, read_wanted
from service.domain.tasks import Folder
from service.domain.words import normalise
from service.operations import access
from service.store import localities, views
from service.store.tables import Organisation, SavedView
from service.store.work import Work

LONGEST_NAME = 60
MOST = 50
"""More views than this nobody finds again."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a view is to be: its name, what it shows, and the office it is shared with, if any."""

    name: str
    wanted: Wanted
    organisation_id: int | None = None


def seen(work: Work, actor: Actor) -> list[SavedView]:
    """The actor's own views, then those that others have shared with an office of theirs."""
    return views.seen_by(work, actor.person_id, actor.organisation_ids, with_owners=True)


def at_hand(work: Work, actor: Actor) -> list[SavedView]:
    """The same for a page that shows their names alone."""
    return views.seen_by(work, actor.person_id, actor.organisation_ids, with_owners=False)


def get(work: Work, actor: Actor, view_id: int) -> SavedView:
    """A view that the actor may open.

    Raises:
        NotFound: when there is none, or it is another's and not shared with an office of theirs.
    """
    found = views.find(work, view_id, actor.person_id, actor.organisation_ids)
    if found is None:
        raise NotFound(message("There is no such view, or it is no longer shared with you."))
    return found


def save(work: Work, actor: Actor, told: Told) -> SavedView:
    """Keeps a view under a name.

    Raises:
        Invalid: no name, one too long or taken, or an office that is not the actor's.
        Conflict: when the actor has far too many.
    """
    if views.count(work, actor.person_id) >= MOST:
        raise Conflict(message("You have {most} views. Delete one you no longer use.", most=MOST))
    view = SavedView(person_id=actor.person_id, created_at=work.now)
    _write(work, actor, view, told)
    work.session.add(view)
    work.session.flush()
    return get(work, actor, view.id)


def change(work: Work, actor: Actor, view_id: int, told: Told) -> SavedView:
    """Gives one's own view another name, other filters, or shares it or not.

    Raises:
        NotFound: when it is not one's own.
        Invalid: as for `save`.
    """
    view = get(work, actor, view_id)
    access.require_own_view(actor, view)
    _write(work, actor, view, told)
    work.session.flush()
    work.session.expire(view, ["organisation"])
    return view


def remove(work: Work, actor: Actor, view_id: int) -> str:
    """Deletes a view: one's own, or as the head of the office one that is shared with it.

    Returns:
        Its name.
    Raises:
        NotFound: when it is not theirs to delete.
    """
    view = get(work, actor, view_id)
    access.require_view_removal(actor, view)
    work.session.delete(view)
    work.session.flush()
    return view.name


def wanted_of(view: SavedView) -> Wanted:
    """What a view shows; without the filters, where a later version does not know them any more."""
    folder = Folder(view.folder) if view.folder in set(Folder) else Folder.MINE
    try:
        return read_wanted(folder, view.params)
    except Invalid:
        return Wanted(folder)


def offices(work: Work, actor: Actor) -> list[Organisation]:
    """The offices with which the actor may share a view."""
    found = [localities.organisation(work, office) for office in sorted(actor.organisation_ids)]
    return [office for office in found if office is not None]


def _write(work: Work, actor: Actor, view: SavedView, told: Told) -> None:
    name = normalise(told.name)
    wrong = None
    if not name:
        wrong = message("Give the view a name.")
    elif len(name) > LONGEST_NAME:
        wrong = message("Write at most {most} characters.", most=LONGEST_NAME)
    else:
        other = views.named(work, actor.person_id, name)
        if other is not None and other is not view:
            wrong = message("You already have a view of this name. Choose another one.")
    check = message("Check the marked fields and send again.")
    if wrong is not None:
        raise Invalid(check, {"name": wrong})
    if told.organisation_id is not None and told.organisation_id not in actor.organisation_ids:
        raise Invalid(check, {"office": message("A view can be shared with an office of your own.")})
    view.name, view.organisation_id = name, told.organisation_id
    view.folder, view.params = told.wanted.folder.value, dict(told.wanted.params)
    view.changed_at = work.now
