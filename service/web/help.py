"""The help page: how reviewers do their work, and the keys."""

from flask import Blueprint, Response

from service.web.access import signed_in
from service.web.pages import show
from service.web.words import language

screen = Blueprint("help", __name__)


@screen.get("/help")
@signed_in
def page() -> Response:
    """Written once for each language, whole."""
    return show(f"help/page.{language()}.html")
