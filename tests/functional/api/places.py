"""Something behind every number and every name that an address of the API may hold."""

import re
from collections.abc import Iterator, Mapping

from flask import Flask
from werkzeug.routing import Rule

from tests.builders import World
from tests.functional.access.places import furnish
from tests.functional.access.rows import NOTHING, row_of
from tests.functional.api.clients import PREFIX

TEXTS = {
    "locality_id": "van-ninh",
    "key": "annual-2024",
    "deadline_key": "unit_submission",
    "day": "2026-01-02",
    "field": "papers",
    "place": "dossier-new",
    "ladder_key": "default",
    "unit_key": "van_gia",
    "rehearsal_id": "0123456789abcdef",
}
"""What the texts in addresses say."""
_ROW = re.compile(r"<row:([^>]+)>")


def routes(app: Flask) -> Iterator[tuple[str, str, Rule]]:
    """Every operation of the API: its name, its method, its rule."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(PREFIX) and rule.endpoint != "openapi.spec":
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule.endpoint.rsplit(".", 1)[-1], method, rule


def furnished(app: Flask, world: World) -> list[Mapping[str, str | int]]:
    """What addresses may hold at a dossier in preparation, at one under review, and at a decided one."""
    parameters = sorted({name for _, _, rule in routes(app) for name in _ROW.findall(rule.rule)})
    found: list[Mapping[str, str | int]] = []
    for place in furnish(world).places:
        with world.database.write() as work:
            numbers = {name: row_of(work, place, name) for name in parameters}
        found.append(TEXTS | {name: number for name, number in numbers.items() if number != NOTHING})
    return found
