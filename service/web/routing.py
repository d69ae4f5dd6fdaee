"""How addresses name rows."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**63 - 1
"""The largest row number of both databases; what is larger names nothing."""


class RowNumber(IntegerConverter):
    """`<id:task_id>` in a route: the number of a row."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, min=1, max=LARGEST)


def prepare(app: Flask) -> None:
    """Lets routes name rows; must come before the blueprints are registered."""
    app.url_map.converters["id"] = RowNumber
