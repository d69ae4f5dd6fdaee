"""Reads bodies strictly: bounded, of the announced kind, one value per name, no numbers unknown to JSON.

Every body of a view with an input schema comes through here: see `read_strictly`.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import isfinite
from typing import Any, NoReturn

from apiflask.schema_adapters.marshmallow import load_files, parser
from flask import Request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from service.api.works import services
from service.documents.refusals import megabytes
from service.domain.errors import Message, message

LARGEST_BODY = 1024**2
"""Bytes of a JSON body: 500 nominations of a few hundred words each stay well below."""

MOST_DRAINED = 50 * 1024**2
"""Bytes of a refused body that are read and thrown away, so that its sender gets to see the answer."""
_CHUNK = 64 * 1024


class TooLarge(RequestEntityTooLarge):
    """A body beyond its limit; `said` names the limit."""

    def __init__(self, said: Message) -> None:
        super().__init__()
        self.said = said


def read_strictly() -> None:
    """Makes these the readers of every body that a view of the API takes."""
    parser.location_loader("json")(read_json)
    parser.location_loader("files")(read_files)


def read_json(request: Request, _schema: object) -> Any:
    """The value of a JSON body; an absent body counts as an empty object.

    Raises:
        BadRequest: not JSON, nested too deeply, a name twice, NaN, Infinity or a number beyond them.
        UnsupportedMediaType: a body of another kind.
        TooLarge: more than `LARGEST_BODY`.
    """
    said = message(
        "A JSON body may have at most {limit} MB: send less at once.", limit=megabytes(LARGEST_BODY)
    )
    with _bounded(request, LARGEST_BODY, said):
        body = request.get_data(cache=True, parse_form_data=False)
    if not body:
        return {}
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        return json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_refuse,
            parse_float=_number,
        )
    except (ValueError, RecursionError) as error:
        raise BadRequest from error


def read_files(request: Request, schema: object) -> Any:
    """The files and fields of a multipart body.

    Raises:
        UnsupportedMediaType: a body of another kind.
        TooLarge: much more than an attachment may have; a little more is told by the attachment's own
            check, which knows its name.
    """
    limit = services().settings.attachment_bytes
    said = message(
        "An attachment may have at most {limit} MB: make it smaller or split it, then send it again.",
        limit=megabytes(limit),
    )
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType
    with _bounded(request, limit + LARGEST_BODY, said):
        return load_files(request, schema)


@contextmanager
def _bounded(request: Request, limit: int, said: Message) -> Iterator[None]:
    """Refuses a longer body, and reads what still comes of it: senders listen only when they are done.

    Raises:
        TooLarge: more than `limit` bytes.
    """
    request.max_content_length = limit
    try:
        yield
    except RequestEntityTooLarge as error:
        _drain(request)
        raise TooLarge(said) from error


def _drain(request: Request) -> None:
    ended = bool(request.environ.get("wsgi.input_terminated"))
    left = MOST_DRAINED if ended else min(request.content_length or 0, MOST_DRAINED)
    body = request.environ["wsgi.input"]
    while left > 0 and (chunk := body.read(min(left, _CHUNK))):
        left -= len(chunk)


def _object(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    known = dict(pairs)
    if len(known) != len(pairs):
        raise ValueError("A name stands twice in one object.")
    return known


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON.")


def _number(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError("The number is too large.")
    return number
