"""How the matrix asks: an address for every route, and a body that fits, made from the API's own document."""

import re
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from service.store.work import Work
from tests.builders import PASSWORD
from tests.functional.access.places import Place
from tests.functional.access.rows import row_of

API = "/api/v1"
GUESSED = "nothing-of-that-name"
"""A secret, or the name of something that is no row: nobody finds anything there."""
SAMPLES: dict[str, str] = {
    "locality_id": "van-ninh",
    "locality": "van-ninh",
    "round": "annual-2024",
    "key": "annual-2024",
    "unit": "van_gia",
    "unit_key": "van_gia",
    "deadline": "unit_submission",
    "deadline_key": "unit_submission",
    "ladder": "default",
    "ladder_key": "default",
    "day": "2026-01-02",
    "folder": "mine",
    "name": "manifest.json",
    "year": "2026",
    "kind": "annual",
    "award_key": "giay_khen",
    "nominee_kind": "household",
    "sign_in_name": "clerk",
    "password": PASSWORD,
    "old_password": PASSWORD,
    "again": PASSWORD,
    "code": "VN-HN2024-0001",
    "element_id": "select",
    "number": "77/TTr",
    "field": "papers",
    "place": "dossier-new",
    "scope": "dossier",
}
"""What the texts in addresses and bodies say, by their names."""
OF_ENDPOINT: dict[str, dict[str, str]] = {
    "deadline_changes": {"verb": "change"},
    "working_calendar": {"verb": "enter"},
    "ladders": {"key": "default", "verb": "change"},
    "duties": {"key": "result_report-2024"},
    "duties.open_reports": {"key": "result_report-2024"},
}
"""Where a screen means something of its own by a name."""
ALWAYS_SENT = frozenset({"unit"})
"""Named although one need not: else it is guessed from who asks."""
_FORMATS = {"date": "2024-11-20", "date-time": "2024-11-20T09:00:00+07:00", "email": "a@example.invalid"}
_PARAMETER = re.compile(r"<(?:(?P<kind>[^<:>]+):)?(?P<name>[^>]+)>")


def routes(app: Flask) -> list[tuple[str, Rule]]:
    """Every method of every route of screens and API, in the order of their addresses."""
    found = [
        (method, rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] in app.blueprints
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    return sorted(found, key=lambda one: (one[1].rule, one[0]))


def numbers_in(rule: Rule) -> list[str]:
    """The row numbers that an address names, outermost first."""
    kinds = {"id", "row"}
    return [found["name"] for found in _PARAMETER.finditer(rule.rule) if found["kind"] in kinds]


def address(work: Work, rule: Rule, place: Place, **other: Place) -> str:
    """The address of a route at a place; a number can be taken from another place.

    Raises:
        LookupError: when nobody says what a text in the address stands for.
    """
    numbers = numbers_in(rule)
    own = OF_ENDPOINT.get(rule.endpoint.removeprefix("api.").partition(".")[0], {})
    own = own | OF_ENDPOINT.get(rule.endpoint.removeprefix("api."), {})

    def fill(found: re.Match[str]) -> str:
        name = found["name"]
        if name in numbers:
            return str(row_of(work, other.get(name, place), name))
        if name in own or name in SAMPLES:
            return own.get(name) or SAMPLES[name]
        if "secret" in name or "token" in name or name.endswith("_id"):
            return GUESSED
        raise LookupError(f"{rule.rule}: say what <{name}> stands for in {__name__}.SAMPLES")

    return _PARAMETER.sub(fill, rule.rule)


class Bodies:
    """Right bodies and queries for the API's operations, as its document describes them."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._schemas = document["components"]["schemas"]
        self._operations = document["paths"]

    def of(self, rule: Rule, method: str, place: Place) -> dict[str, Any]:
        """What Flask's test client is to send along."""
        path = _PARAMETER.sub(lambda found: f"{{{found['name']}}}", rule.rule)
        operation = self._operations.get(path, {}).get(method.lower(), {})
        sent: dict[str, Any] = {}
        query = {
            parameter["name"]: self._value(parameter["name"], parameter["schema"], place)
            for parameter in operation.get("parameters", [])
            if parameter["in"] == "query" and parameter.get("required")
        }
        if query:
            sent["query_string"] = query
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            sent["json"] = self._value("", content["application/json"]["schema"], place)
        return sent | ({"upload": True} if "multipart/form-data" in content else {})

    def _value(self, name: str, schema: dict[str, Any], place: Place) -> Any:
        if "$ref" in schema:
            return self._value(name, self._schemas[schema["$ref"].rsplit("/", 1)[-1]], place)
        if "enum" in schema:
            return SAMPLES[name] if SAMPLES.get(name) in schema["enum"] else schema["enum"][0]
        for choice in ("anyOf", "oneOf", "allOf"):
            if choice in schema:
                return self._value(name, schema[choice][0], place)
        kind = schema.get("type", "object")
        kind = next(one for one in kind if one != "null") if isinstance(kind, list) else kind
        if kind == "object":
            inner = schema.get("properties", {})
            wanted = set(schema.get("required", ())) | (inner.keys() & ALWAYS_SENT)
            return {key: self._value(key, inner[key], place) for key in sorted(wanted)}
        if kind == "array":
            return [self._value(name.removesuffix("s"), schema["items"], place)] * max(
                1, schema.get("minItems", 1)
            )
        return self._plain(name, kind, schema, place)

    def _plain(self, name: str, kind: str, schema: dict[str, Any], place: Place) -> Any:
        numbers = {"dossier_id": place.dossier_id, "task_id": place.task_id} | place.numbers
        if kind in {"integer", "number"}:
            if name == "seen_version":
                return 1
            return numbers.get(name, int(SAMPLES[name]) if SAMPLES.get(name, "").isdigit() else None) or max(
                1, schema.get("minimum", 1)
            )
        if kind == "boolean":
            return True
        if schema.get("format") in _FORMATS:
            return _FORMATS[schema["format"]]
        return SAMPLES.get(name, "Vì lý do khác".ljust(schema.get("minLength", 0), "."))
