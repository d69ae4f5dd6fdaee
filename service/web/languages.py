"""Choosing the language of the screens."""

from flask import Blueprint, request, session, url_for
from flask_login import current_user
from werkzeug.exceptions import BadRequest
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from service.operations.staff import people
from service.web.access import open_to_all
from service.web.pages import is_own_path, writing
from service.web.words import LANGUAGES

screen = Blueprint("languages", __name__)


@screen.post("/language")
@open_to_all
def choose() -> Response:
    """Remembers the language for the person, and for this browser before they sign in."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        raise BadRequest
    session["language"] = chosen
    if current_user.is_authenticated:
        with writing() as work:
            people.set_language(work, current_user.actor, chosen)
    back = request.form.get("next", "")
    return redirect(back if is_own_path(back) else url_for("inbox.start"), 303)
