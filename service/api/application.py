"""Puts the API together: one Flask application, one parent blueprint, one blueprint per noun."""

from apiflask import APIBlueprint, APIFlask
from flask import Response, request
from werkzeug.routing import RequestRedirect

from service.api import (
    attachments,
    calendars,
    comments,
    contents,
    deadlines,
    dossiers,
    duties,
    escalations,
    feeds,
    forms,
    inbox,
    incidents,
    ladders,
    localities,
    mails,
    papers,
    rehearsals,
    reports,
    sign_ins,
    tasks,
    together,
)
from service.api.access import admit
from service.api.bodies import read_strictly
from service.api.document import PREFIX, describe, make_application
from service.api.errors import handle_errors, of_http
from service.api.limits import limiter
from service.api.routing import RowNumber
from service.operations.services import Services

_PARTS = (
    sign_ins,
    localities,
    deadlines,
    calendars,
    ladders,
    rehearsals,
    dossiers,
    attachments,
    contents,
    comments,
    tasks,
    inbox,
    forms,
    papers,
    escalations,
    incidents,
    mails,
    duties,
    feeds,
    reports,
    together,
)


def create_application(services: Services) -> APIFlask:
    """The Flask application with the API in it, and nothing else yet.

    The composition root sets the secret key and adds Flask-Login's manager with the screens; a session
    cookie of theirs is good for the API too.
    """
    app = make_application("service")
    app.extensions["trinh"] = services
    app.url_map.converters["row"] = RowNumber
    read_strictly()
    describe(app)
    limiter.init_app(app)
    app.before_request(_tell_unknown_address)
    app.register_blueprint(_api())
    return app


def _api() -> APIBlueprint:
    api = APIBlueprint("api", __name__, url_prefix=PREFIX)
    api.before_request(admit)
    handle_errors(api)
    for part in _PARTS:
        api.register_blueprint(part.blueprint)
    return api


def _tell_unknown_address() -> Response | None:
    """An unknown address below the API belongs to no blueprint; it gets a problem document all the same."""
    error = request.routing_exception
    if error is None or isinstance(error, RequestRedirect) or not request.path.startswith(f"{PREFIX}/"):
        return None
    return of_http(error)
