"""The control slip of a dossier, laid out to be printed and signed."""

from flask import Blueprint, Response

from service.operations.dossier import slips
from service.web.access import Who, allow
from service.web.pages import actor, reading, show
from service.web.parts.dossier_pages import content

screen = Blueprint("slips", __name__)


@screen.get("/dossiers/<id:dossier_id>/slip")
@allow(Who.READERS)
def one(dossier_id: int) -> Response:
    """Every stay of the dossier: whose, from when until when, and whether in time."""
    with reading() as work:
        slip = slips.show(work, actor(), dossier_id)
        return show("dossiers/slip.html", **content(work, dossier_id), slip=slip)
