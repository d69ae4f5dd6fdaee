"""The inbox: folders with counts, the queue of one of them, and what it can be filtered and ordered by."""

from flask import Blueprint, Response, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from service.domain.queues import MOST_KEYS, NOBODY, Ordering, SortKey
from service.domain.tasks import Folder
from service.operations.work import folders, views
from service.operations.work.results import MOST_AT_ONCE
from service.store.tables import SavedView
from service.store.work import Work
from service.translations import terms
from service.web.access import Who, allow
from service.web.pages import actor, glancing, reading, show, with_etag
from service.web.parts.deadlines import DeadlineTeller
from service.web.parts.steps import step_name
from service.web.words import named, say, told
from service.web.work import queues
from service.web.work.queues import Queue, Trail

screen = Blueprint("inbox", __name__)


@screen.get("/")
@allow(Who.SIGNED_IN)
def start() -> AnyResponse:
    """The first page: one's own tasks."""
    return redirect(url_for("inbox.folder", folder=Folder.MINE.value), 303)


@screen.get("/inbox/<folder>")
@allow(Who.SIGNED_IN)
def folder(folder: str) -> Response:
    """One folder, a page at a time; filters, order and view live in the address."""
    trail = queues.trail_of(folder)
    with glancing() as work:
        return show("inbox/page.html", **queue_context(work, queues.read(work, actor(), trail)))


@screen.get("/inbox/<folder>/counts")
@allow(Who.SIGNED_IN)
def counts(folder: str) -> AnyResponse:
    """The folders with their counts alone, for pages that stay open."""
    trail = queues.trail_of(folder)
    with glancing() as work:
        counted = folders.count(work, actor())
    shown, numbers = _shown(counted.folders), {"counts": counted.folders, "asked": counted.asked}
    return with_etag(show("inbox/folders.html", trail=trail, shown=shown, **numbers))


@screen.get("/inbox/<folder>/filters")
@allow(Who.SIGNED_IN)
def filters(folder: str) -> Response:
    """Everything that a folder can be filtered and ordered by."""
    trail = queues.trail_of(folder)
    with reading() as work:
        return show(
            "inbox/filters.html",
            trail=trail,
            choices=folders.choices(work, actor()),
            acts=terms.all_of("act"),
            orders=[str(Ordering(key, down)) for key in SortKey for down in (False, True)],
            most_keys=MOST_KEYS,
            nobody=NOBODY,
        )


def queue_context(work: Work, queue: Queue) -> dict[str, object]:
    """What the template of a queue needs."""
    saved = views.at_hand(work, actor()) if queue.views else []
    return {
        "queue": queue,
        "trail": queue.trail,
        "counts": queue.counts,
        "shown": _shown(queue.counts),
        "asked": queue.asked,
        "acts": terms.all_of("act"),
        "views": [(view, view_trail(view)) for view in saved],
        "view": next((view for view in saved if str(view.id) == queue.trail.view), None),
        "most_sorted": folders.MOST_SORTED,
        "most_at_once": MOST_AT_ONCE,
        "filters_on": _filters_on(work, queue.trail),
        "due": DeadlineTeller(work).of_task,
        "step_name": step_name(work, {task.dossier.round.process_key for task in queue.tasks}),
        "task_address": queues.addresses("tasks.show", **queue.trail.params),
        "claim_address": queues.addresses("tasks.claim"),
        "heads": any(seat.head for seat in actor().seats),
    }


def view_trail(view: SavedView) -> Trail:
    """The queue that a view shows."""
    return Trail(views.wanted_of(view), view=str(view.id))


def _shown(counts: dict[Folder, int]) -> list[Folder]:
    """The folders that somebody has; a whole office has only who leads one."""
    leads = any(seat.head for seat in actor().seats)
    return [which for which in counts if which is not Folder.OFFICE or leads]


def _filters_on(work: Work, trail: Trail) -> list[tuple[str, str, str]]:
    """The filters that no field of the page shows: the name of each in the address, what it is, its value."""
    wanted = trail.wanted
    found: list[tuple[str, str, str]] = []
    if wanted.round_id is not None:
        found.append(("round", say("Round"), named(folders.round_named(work, actor(), wanted.round_id))))
    if wanted.unit_id is not None:
        found.append(("unit", say("Unit"), named(folders.unit_named(work, actor(), wanted.unit_id))))
    if wanted.holder_id is not None:
        found.append(("holder", say("Held by"), told(folders.holder_told(work, actor(), wanted.holder_id))))
    return found
