"""Where a list of tasks goes on: an opaque text that names the last task of the page before."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime

from service.api.routing import LARGEST_NUMBER
from service.domain.errors import Invalid, message
from service.domain.tasks import Folder
from service.operations.tasks import Page
from service.store.tables import UserTask


def after(task: UserTask, folder: Folder) -> str:
    """The place right behind a task of a folder."""
    sorted_at = task.closed_at if folder is Folder.DONE else task.sort_at
    text = f"{(sorted_at or task.sort_at).astimezone(UTC).isoformat()} {task.id}"
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def page(cursor: str | None, limit: int) -> Page:
    """The page behind a place; the first one without a place.

    Raises:
        Invalid: when the text is none that `after` has given.
    """
    if cursor is None:
        return Page(limit)
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        instant, _, number = urlsafe_b64decode(padded.encode("ascii")).decode("ascii").partition(" ")
        sorted_at, task_id = datetime.fromisoformat(instant), int(number)
        if sorted_at.tzinfo != UTC or not 0 < task_id <= LARGEST_NUMBER:
            raise ValueError("Not of our making.")
    except ValueError:
        wrong = {"after": message("Write here what the page before gave as next.")}
        raise Invalid(message("Check the marked fields and send again."), wrong) from None
    return Page(limit, sorted_at, task_id)
