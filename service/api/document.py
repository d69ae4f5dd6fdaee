"""The OpenAPI document: what every operation has in common is added here, once."""

import re
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from apiflask import APIFlask
from werkzeug.routing import Rule

from service.api.access import CSRF_HEADER, SAFE, Who, allow, declared
from service.api.errors import MEDIA_TYPE
from service.api.limits import is_limited
from service.api.routing import LARGEST_NUMBER
from service.domain.access import WITHOUT_SIGN_IN

PREFIX = "/api/v1"
SPEC_PATH = f"{PREFIX}/openapi.json"
_METHODS = ("get", "post", "put", "patch", "delete")
_PROBLEM = {
    "type": "object",
    "description": "What went wrong and what to do (RFC 9457). `fields` names each wrong field. "
    "`unread_sheets` are those of a workbook that were not read.",
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
        "unread_sheets": {"type": "array", "items": {"type": "string"}},
        "reference": {"type": "string"},
    },
    "required": ["type", "title", "status", "detail"],
}
_TOLD_APART = {Who.SIGNED_IN, Who.OWNER, Who.LOCALITY, Who.READERS, *WITHOUT_SIGN_IN}
"""Declarations by which one is let in, or does not learn that there is anything: nobody is refused."""
_OF_A_TASK = {Who.CANDIDATES, Who.HOLDER, Who.HEADS}
"""Declarations that end with the task: afterwards one is told so."""
_NUMBER = {"type": "integer", "minimum": 1, "maximum": LARGEST_NUMBER}


def describe(app: APIFlask) -> None:
    """Sets how the document of an application is made."""
    app.config.update(
        SERVERS=[{"url": "/"}],
        DESCRIPTION="Award dossiers from the proposing unit to the Chairman who signs, on time.",
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
        SECURITY_SCHEMES={
            "token": {"type": "http", "scheme": "bearer"},
            "session": {"type": "apiKey", "in": "cookie", "name": "trinh"},
            "csrf": {"type": "apiKey", "in": "header", "name": CSRF_HEADER},
        },
    )
    allow(Who.ANYBODY)(app.view_functions["openapi.spec"])
    app.spec_processor(lambda document: _complete(app, document))


class _Application(APIFlask):
    """APIFlask would write a schema a second time when it has met it inside another one before."""

    def _register_schema_and_get_ref(
        self, spec: Any, registered_schema_classes: dict[int, str], schema_obj: Any
    ) -> dict[str, str]:
        converter = self._ma_plugin.converter
        for (kind, *_), known in converter.refs.items() if converter else ():
            if kind is type(schema_obj):
                return {"$ref": f"#/components/schemas/{known}"}
        return super()._register_schema_and_get_ref(spec, registered_schema_classes, schema_obj)


def make_application(name: str) -> APIFlask:
    """An application that publishes its document, and neither pages about it nor JSON errors elsewhere."""
    return _Application(
        name,
        title="Trình",
        version=version("trinh"),
        spec_path=SPEC_PATH,
        docs_path=None,
        json_errors=False,
        static_folder=None,  # pyright: ignore[reportArgumentType]
    )


def address_of(rule: Rule) -> str:
    """A route's address as the document writes it."""
    return re.sub(r"<(?:[^<:]+:)?([^>]+)>", r"{\1}", rule.rule)


def _shape(rule: Rule) -> str:
    """A route's address without what its parts are called: two routes of one shape may take one address."""
    return re.sub(r"<[^>]+>", "<>", rule.rule)


def _complete(app: APIFlask, document: Any) -> Any:
    views: dict[str, dict[str, tuple[Rule, Callable[..., Any]]]] = {}
    shapes: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        shapes.setdefault(_shape(rule), set()).add(rule.rule)
        for method in rule.methods or ():
            place = views.setdefault(address_of(rule), {})
            place[method.lower()] = (rule, app.view_functions[rule.endpoint])
    document["paths"] = {
        address: operations
        for address, operations in sorted(document["paths"].items())
        if address.startswith(PREFIX)
    }
    for address, operations in document["paths"].items():
        for method in _METHODS:
            if method in operations:
                rule, view = views[address][method]
                _finish(operations[method], method, rule, view, shared=len(shapes[_shape(rule)]) > 1)
    document["components"].setdefault("schemas", {})["Problem"] = _PROBLEM
    return document


def _finish(
    operation: dict[str, Any], method: str, rule: Rule, view: Callable[..., Any], *, shared: bool
) -> None:
    """Names the operation, who may, how to sign in, and how it may fail."""
    who = declared(view)
    operation["operationId"] = view.__name__
    operation["x-who-may"] = None if who is None else who.value
    operation["description"] = f"For {who}." if not operation.get("description") else operation["description"]
    if who is Who.ANYBODY:
        operation["security"] = []
    elif method.upper() in SAFE:
        operation["security"] = [{"token": []}, {"session": []}]
    else:
        operation["security"] = [{"token": []}, {"session": [], "csrf": []}]
    for parameter in operation.get("parameters", []):
        if f"<row:{parameter['name']}>" in rule.rule and parameter["in"] == "path":
            parameter["schema"] = dict(_NUMBER)
    failures = _failures(operation, rule, who)
    if is_limited(view):
        failures["429"] = "Too many attempts"
    if shared:
        failures["405"] = "The address is another's, which does not take that method"
    for status, words in failures.items():
        operation["responses"][status] = {
            "description": words,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }


def _failures(operation: dict[str, Any], rule: Rule, who: Who | None) -> dict[str, str]:
    found: dict[str, str] = {}
    changes = not {method for method in rule.methods or () if method in SAFE - {"OPTIONS"}}
    takes = "requestBody" in operation
    if takes:
        found |= {"400": "The body cannot be read", "413": "Too large", "415": "Another kind of body"}
    if takes or any(parameter["in"] == "query" for parameter in operation.get("parameters", [])):
        found["422"] = "Some fields are wrong"
    if who is not Who.ANYBODY or takes:
        found["401"] = "Not signed in, or name and password do not fit"
    if changes or who not in _TOLD_APART:
        found["403"] = "Not allowed"
    if changes or who in _OF_A_TASK:
        found["409"] = "Things have changed meanwhile"
    if rule.arguments or takes or changes:
        found["404"] = "It does not exist, or one may not know of it"
    return found
