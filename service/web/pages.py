"""What every screen asks of the request: the services, the Work, who is asking, and how to answer."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from flask import Response, current_app, g, make_response, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from service.domain.errors import TrinhError, message
from service.domain.people import Actor
from service.operations.services import Services
from service.store.work import Work
from service.web.words import sayer, settle_language


class SignedOut(TrinhError):
    """Nobody is signed in, or the session has ended."""

    def __init__(self) -> None:
        super().__init__(message("Your session has ended. Sign in again to go on."))


def services() -> Services:
    """The services of the application that answers."""
    return current_app.extensions["trinh"]


@contextmanager
def reading() -> Iterator[Work]:
    """The Work of a request that only looks; its instant is the page's time."""
    with services().database.read() as work:
        g.now = work.now
        yield work


@contextmanager
def glancing() -> Iterator[Work]:
    """The same for a page that many look at often, and that reads in a few statements."""
    with services().database.glance() as work:
        g.now = work.now
        yield work


def writing() -> AbstractContextManager[Work]:
    """The Work of a request that changes something; errors roll it back."""
    return services().database.write()


def actor() -> Actor:
    """Who is asking; only behind a route that demands it."""
    return current_user.actor


def wants_fragment() -> bool:
    """Whether htmx asks for a part of the page (a boosted link asks for the whole)."""
    return "HX-Request" in request.headers and "HX-Boosted" not in request.headers


def show(template: str, status: int = 200, /, **context: object) -> Response:
    """A rendered page or fragment. Render inside the Work: rows load what they refer to on demand.

    A whole page of a status that refuses says so to its scripts: what was sent is kept in the browser.
    """
    words = {"_": sayer(settle_language()), "page_status": status}
    return make_response(render_template(template, **words, **context), status)


def go_to(address: str) -> AnyResponse:
    """Leads the browser to another page of ours after a change, also from an htmx request."""
    if wants_fragment():
        return Response(status=204, headers={"HX-Redirect": address})
    return redirect(address, 303)


def with_etag(response: Response) -> AnyResponse:
    """Answers 304 without a body when the browser holds this very content already."""
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    return response.make_conditional(request)


def is_own_path(address: str) -> bool:
    """Whether an address is a plain path on this very site, safe to lead somebody to."""
    return (
        address.startswith("/")
        and not address.startswith(("//", "/\\"))
        and not any(character < " " or character in {"\\", "\x7f"} for character in address)
    )
