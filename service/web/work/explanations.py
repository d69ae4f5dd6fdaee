"""Why somebody does not see a task: asked by a dossier's code."""

from flask import Blueprint, Response, request

from service.operations.work import explanations
from service.web.access import Who, allow
from service.web.pages import actor, reading, show

screen = Blueprint("explanations", __name__)

LONGEST_CODE = 60


@screen.get("/inbox/why")
@allow(Who.SIGNED_IN)
def ask() -> Response:
    """The question, and its answer where a code is given."""
    code = " ".join(request.args.get("code", "").split())[:LONGEST_CODE]
    with reading() as work:
        found = explanations.explain(work, actor(), code) if code else None
        return show("explanations/page.html", code=code, found=found)
