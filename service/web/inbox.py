"""The inbox: folders with counts, and the queue of one of them."""

from flask import Blueprint, Response, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from service.domain.tasks import Folder
from service.operations import folders
from service.store.work import Work
from service.translations import terms
from service.web import queues
from service.web.access import signed_in
from service.web.deadlines import DeadlineTeller
from service.web.pages import actor, reading, show, with_etag
from service.web.queues import Queue
from service.web.steps import step_name

screen = Blueprint("inbox", __name__)


@screen.get("/")
@signed_in
def start() -> AnyResponse:
    """The first page: one's own tasks."""
    return redirect(url_for("inbox.folder", folder=Folder.MINE.value), 303)


@screen.get("/inbox/<folder>")
@signed_in
def folder(folder: str) -> Response:
    """One folder, a page at a time; filters live in the address."""
    trail = queues.trail_of(folder)
    with reading() as work:
        return show("inbox/page.html", **queue_context(work, queues.read(work, actor(), trail)))


@screen.get("/inbox/<folder>/counts")
@signed_in
def counts(folder: str) -> AnyResponse:
    """The folders with their counts alone, for pages that stay open."""
    trail = queues.trail_of(folder)
    with reading() as work:
        numbers = folders.count(work, actor())
    return with_etag(show("inbox/folders.html", trail=trail, counts=numbers))


def queue_context(work: Work, queue: Queue) -> dict[str, object]:
    """What the template of a queue needs."""
    return {
        "queue": queue,
        "trail": queue.trail,
        "counts": queue.counts,
        "acts": terms.all_of("act"),
        "due": DeadlineTeller(work).of_task,
        "step_name": step_name(work, {task.dossier.round.process_key for task in queue.tasks}),
    }
