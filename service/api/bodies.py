"""Reads bodies strictly: bounded, of the announced kind, one value per name, no numbers unknown to JSON.

Every body of a view with an input schema comes through here: see `read_strictly`.
"""

import json
from collections.abc import Mapping
from math import isfinite
from typing import Any, NoReturn

from apiflask.schema_adapters.marshmallow import load_files, parser
from flask import Request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from service.api.works import services

LARGEST_BODY = 1024**2
"""Bytes of a JSON body: 500 nominations of a few hundred words each stay well below."""


def read_strictly() -> None:
    """Makes these the readers of every body that a view of the API takes."""
    parser.location_loader("json")(read_json)
    parser.location_loader("files")(read_files)


def read_json(request: Request, _schema: object) -> Any:
    """The value of a JSON body; an absent body counts as an empty object.

    Raises:
        BadRequest: not JSON, nested too deeply, a name twice, NaN, Infinity or a number beyond them.
        UnsupportedMediaType: a body of another kind.
        RequestEntityTooLarge: more than `LARGEST_BODY`.
    """
    request.max_content_length = LARGEST_BODY
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
        RequestEntityTooLarge: much more than an attachment may have; a little more is told in words
            by the attachment's own check.
    """
    request.max_content_length = services().settings.attachment_bytes + LARGEST_BODY
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType
    return load_files(request, schema)


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
