"""What is different about a dossier since it left one of its steps."""

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from service.operations.dossier import differences
from service.web.access import Who, allow
from service.web.pages import actor, reading, show
from service.web.parts.dossier_pages import content

screen = Blueprint("differences", __name__)


@screen.get("/dossiers/<id:dossier_id>/differences")
@allow(Who.READERS)
def since(dossier_id: int) -> Response:
    """Everything that differs since a chosen moment; unless one is chosen, since the last return."""
    chosen = request.args.get("since", "")
    if chosen and not (chosen.isascii() and chosen.isdigit() and len(chosen) < 10):
        raise BadRequest
    with reading() as work:
        shared = content(work, dossier_id)
        found = differences.show(work, actor(), dossier_id, int(chosen) if chosen else None)
        return show(
            "dossiers/differences.html",
            **shared,
            found=found,
            points=differences.points(shared["page"].history),
        )
