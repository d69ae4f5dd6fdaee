"""What others do to a dossier while somebody fills in a form of it: asked for quietly by the page."""

import re

from flask import Blueprint, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from service.operations.work import changes
from service.web.access import Who, allow
from service.web.pages import actor, reading, show, with_etag
from service.web.parts.steps import step_name

screen = Blueprint("changes", __name__)


@screen.get("/tasks/<id:task_id>/changes")
@allow(Who.READERS)
def of_task(task_id: int) -> AnyResponse:
    """What has happened since the version `seen`; empty while that is nothing."""
    seen = request.args.get("seen", "0")
    if not re.fullmatch(r"[0-9]{1,18}", seen):
        raise BadRequest
    with reading() as work:
        found = changes.since(work, actor(), task_id, int(seen))
        names = step_name(work, {found.task.dossier.round.process_key})
        return with_etag(show("tasks/changes.html", changes=found, step_name=names))
