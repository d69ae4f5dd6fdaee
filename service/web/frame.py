"""What the frame around every page shows: the way to the other screens, the time, the page's own address."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, current_app, g, request
from flask.globals import request_ctx
from flask_login import current_user

from service.domain.errors import Message, message
from service.domain.people import Actor
from service.operations.access import may_enter
from service.web.access import declared
from service.web.assets import asset, icon
from service.web.pages import services


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation: the endpoint it leads to and the blueprint it belongs to.

    Administrators find what is `administration` in a menu of its own, so that the line of places stays one.
    """

    endpoint: str
    label: Message
    icon: str
    administration: bool = False

    @property
    def screen(self) -> str:
        """The blueprint whose pages count as this place."""
        return self.endpoint.partition(".")[0]


PLACES = (
    Place("inbox.start", message("Inbox"), "inbox"),
    Place("dossiers.every", message("Dossiers"), "folder2-open"),
    Place("rounds.every", message("Rounds"), "calendar3"),
    Place("progress.newest", message("Progress"), "bar-chart"),
    Place("agenda.month", message("Calendar"), "calendar-week"),
    Place("duties.every", message("Reports"), "file-earmark-text"),
    Place("people.every", message("People"), "people", administration=True),
    Place("operations.health", message("Operations"), "gear", administration=True),
    Place("outbox.folder", message("Outbox"), "send", administration=True),
    Place("definitions.every", message("Diagrams"), "diagram-3", administration=True),
    Place("mailbox.every", message("Mailbox"), "envelope", administration=True),
    Place("help.page", message("Help"), "info-circle"),
)
_SAME_PLACE = {
    "working_calendar": "rounds",
    "ladders": "rounds",
    "rehearsals": "rounds",
    "tasks": "inbox",
    "papers": "inbox",
    "handovers": "inbox",
    "opinions": "inbox",
    "bulks": "inbox",
    "views": "inbox",
    "explanations": "inbox",
    "permissions": "operations",
    "deadline_changes": "rounds",
    "feeds": "agenda",
    "nominations": "dossiers",
    "attachments": "dossiers",
}


def places() -> list[Place]:
    """The screens that this person may open here, without those in the administrators' menu."""
    reader = _reader()
    if reader is None:
        return []
    return [one for one in _open_to(reader) if not (reader.administrator and one.administration)]


def administration() -> list[Place]:
    """What administrators find in the menu of their own; nothing for others."""
    reader = _reader()
    if reader is None or not reader.administrator:
        return []
    return [one for one in _open_to(reader) if one.administration]


def place_here() -> str:
    """The place to which the page shown belongs, by its `Place.screen`."""
    here = request.blueprint or ""
    return _SAME_PLACE.get(here, here)


def prepare(app: Flask) -> None:
    """Gives the layout what it shows."""
    app.jinja_env.globals.update(asset=asset, draw_icon=icon)

    @app.context_processor
    def frame() -> dict[str, object]:
        return {
            "places": places,
            "administration": administration,
            "place_here": place_here,
            "demo": services().demo,
            "now": _now,
            "here": _here,
        }


def _reader() -> Actor | None:
    return current_user.actor if current_user.is_authenticated else None


def _open_to(reader: Actor) -> list[Place]:
    views, demo = current_app.view_functions, services().demo
    return [place for place in PLACES if _may_open(place, reader, views.get(place.endpoint), demo=demo)]


def _may_open(place: Place, reader: Actor, view: Callable[..., Any] | None, *, demo: bool) -> bool:
    if view is None or (getattr(view, "demo_only", False) and not demo):
        return False
    if place.endpoint == "progress.newest" and not _reviews(reader):
        return False
    return may_enter(reader, declared(view))


def _reviews(actor: Actor) -> bool:
    """Whether a round as a whole is the person's concern; a unit finds its own part on the round's page."""
    return actor.administrator or any(actor.reviews_in(locality_id) for locality_id in actor.locality_ids)


def _now() -> datetime:
    """The instant of the page's Work. The demo's clock is kept in the database: asking it inside a Work
    needs a second connection, which could wait for a writer that waits for that Work.
    """
    return g.get("now") or services().database.clock.now()


def _here() -> str:
    """The address of this page as far as it can be visited again, else of the page it was sent from."""
    if request.method == "GET" or _opens(request.path):
        return request.full_path.rstrip("?")
    sent_from = urlsplit(request.referrer or "")
    if sent_from.netloc == request.host and _opens(sent_from.path):
        return urlunsplit(("", "", sent_from.path, sent_from.query, ""))
    return "/"


def _opens(path: str) -> bool:
    adapter = request_ctx.url_adapter
    return adapter is not None and adapter.test(path, "GET")
