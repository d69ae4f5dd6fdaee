"""Errors as problem documents (RFC 9457): the one place that maps our errors to statuses."""

import secrets
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from apiflask import HTTPError
from flask import Blueprint, Response, g, json, request
from werkzeug.exceptions import HTTPException, InternalServerError

from service.api.bodies import TooLarge
from service.api.languages import in_words, language
from service.domain.errors import (
    Conflict,
    EngineFailure,
    Invalid,
    Message,
    NotAllowed,
    NotFound,
    TrinhError,
    Unavailable,
    message,
)
from service.domain.people import Actor
from service.log import get_logger

MEDIA_TYPE = "application/problem+json"
KIND = "urn:trinh:problem:"

_log = get_logger(__name__)

_STATUSES: dict[type[TrinhError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    NotAllowed: HTTPStatus.FORBIDDEN,
    Conflict: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    EngineFailure: HTTPStatus.INTERNAL_SERVER_ERROR,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
_KINDS: dict[int, tuple[str, Message]] = {
    400: ("unreadable", message("The request cannot be read")),
    401: ("not-signed-in", message("Not signed in")),
    403: ("not-allowed", message("Not allowed")),
    404: ("not-found", message("Not found")),
    405: ("wrong-method", message("This address does not take that method")),
    409: ("conflict", message("Things have changed meanwhile")),
    413: ("too-large", message("Too large")),
    415: ("wrong-media-type", message("Another kind of body is expected")),
    422: ("invalid", message("Some fields are wrong")),
    429: ("too-many-requests", message("Too many requests")),
    500: ("failure", message("Something went wrong here")),
    503: ("unavailable", message("The service does not answer just now")),
}
_DETAILS: dict[int, Message] = {
    400: message("The body is no JSON that can be read: check it and send it again."),
    401: message("Send a token that is still good, or sign in."),
    404: message("There is nothing at this address."),
    405: message("The header Allow names the methods of this address."),
    413: message("The request is larger than what is accepted here: send less."),
    415: message("Send JSON as application/json, a file as multipart/form-data."),
    422: message("Check the marked fields and send again."),
    429: message("Wait a little, then try again."),
    500: message("It has been noted and nothing was changed. Give the administrator the reference."),
}
_PLAIN = ("refused", message("The request was refused"))


def handle_errors(blueprint: Blueprint) -> None:
    """Makes every error inside the API a problem document."""
    blueprint.register_error_handler(TrinhError, of_ours)
    blueprint.register_error_handler(HTTPError, of_fields)
    blueprint.register_error_handler(HTTPException, of_http)


def of_ours(error: TrinhError) -> Response:
    """The answer to an error of the domain."""
    status = next(status for kind, status in _STATUSES.items() if isinstance(error, kind))
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return _failure(error)
    if isinstance(error, Unavailable):
        _log.error("request_failed", endpoint=request.endpoint, exc_info=error)
    if isinstance(error, NotAllowed | NotFound):
        actor: Actor | None = g.get("actor")
        _log.info(
            "request_refused",
            status=int(status),
            endpoint=request.endpoint,
            address=request.path,
            person=actor.person_id if actor else None,
        )
    if isinstance(error, Invalid):
        return problem(status, error.message, error.fields, **error.beside)
    return problem(status, error.message)


def of_fields(error: HTTPError) -> Response:
    """The answer to input that its schema refuses."""
    fields = dict(_flat(error.detail))
    return problem(error.status_code, fields=fields or None)


def of_http(error: HTTPException) -> Response:
    """The answer to everything that never reached a view, or that broke in one."""
    if isinstance(error, InternalServerError):
        return _failure(error.original_exception or error)
    answer = problem(error.code or 500, error.said if isinstance(error, TooLarge) else None)
    kept = {"allow", "retry-after", "www-authenticate"}
    answer.headers.extend((name, value) for name, value in error.get_headers() if name.lower() in kept)
    if error.code == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="trinh"'
    return answer


def problem(
    status: int, detail: Message | None = None, fields: Mapping[str, Message] | None = None, **more: Any
) -> Response:
    """A problem document. `fields` says what is wrong in which field, nested ones joined by dots; `more` are
    members that only this problem has."""
    kind, title = _KINDS.get(int(status), _PLAIN)
    detail = detail or _DETAILS.get(int(status), title)
    document: dict[str, Any] = {
        "type": KIND + kind,
        "title": in_words(title),
        "status": int(status),
        "detail": in_words(detail),
        **more,
    }
    if fields is not None:
        document["fields"] = {name: in_words(text) for name, text in fields.items()}
    answer = Response(json.dumps(document), int(status), content_type=MEDIA_TYPE)
    answer.headers["Content-Language"] = language()
    answer.headers["Cache-Control"] = "no-store"
    answer.vary.add("Accept-Language")
    return answer


def _failure(error: BaseException) -> Response:
    """A fault of ours: logged under a reference, told without its reasons."""
    reference = secrets.token_hex(6)
    _log.error("request_failed", reference=reference, endpoint=request.endpoint, exc_info=error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, reference=reference)


def _flat(detail: Mapping[str, Any]) -> Iterator[tuple[str, Message]]:
    """What marshmallow found, by place in the request: its own location is left out of the names."""
    for found in detail.values():
        yield from _places(found, ())


def _places(found: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Message]]:
    if isinstance(found, Mapping):
        for name, inner in found.items():
            yield from _places(inner, path if name == "_schema" else (*path, str(name)))
        return
    first = found[0] if isinstance(found, list) and found else found
    yield ".".join(path) or "body", first if isinstance(first, Message) else Message(str(first))
