"""The inbox."""

from flask import Blueprint, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from service.domain.tasks import Folder
from service.web.access import signed_in

screen = Blueprint("inbox", __name__)


@screen.get("/")
@signed_in
def start() -> Response:
    """The first page."""
    return redirect(url_for("inbox.folder", folder=Folder.MINE.value), 303)
