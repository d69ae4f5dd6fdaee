"""The OpenAPI document and the reference say what the application does."""

import re
from typing import Any

import pytest
from flask import Flask

from service.api.document import SPEC_PATH, address_of
from tests.builders import ROOT
from tests.functional.api.clients import PREFIX
from tests.functional.api.places import routes

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)

REFERENCE = ROOT / "docs" / "reference" / "api.md"
OPERATION = re.compile(r"`(GET|POST|PUT|PATCH|DELETE) (/[^`?\s]*)")
CURL = re.compile(r"curl (?P<options>(?:[^\n]|\\\n)*?)\"?\$TRINH(?P<path>/[^\s\"?]*)")


@pytest.fixture
def document(app: Flask) -> Any:
    answer = app.test_client().get(SPEC_PATH)
    assert answer.status_code == 200
    return answer.get_json()


def operations(document: Any) -> dict[tuple[str, str], Any]:
    return {
        (method.upper(), path): operation
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }


def test_the_document_describes_every_route_and_nothing_else(app: Flask, document: Any) -> None:
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": "/"}]
    known = {(method, address_of(rule)) for _, method, rule in routes(app)}
    assert set(operations(document)) == known


def test_every_operation_is_named_once_and_explained(document: Any) -> None:
    found = operations(document)
    names = [operation["operationId"] for operation in found.values()]
    assert len(set(names)) == len(names)
    for place, operation in found.items():
        assert operation["summary"], place
        assert operation["x-who-may"], place
        good = [status for status in operation["responses"] if status.startswith("2")]
        assert len(good) == 1, place
        if good != ["204"]:
            (content,) = operation["responses"][good[0]]["content"].values()
            assert content["schema"], place
        failures = [answer for status, answer in operation["responses"].items() if status[0] in "45"]
        assert all(list(answer["content"]) == ["application/problem+json"] for answer in failures), place


def test_only_what_tries_a_password_answers_that_there_were_too_many_attempts(document: Any) -> None:
    limited = {
        address.removeprefix("/api/v1")
        for address, methods in document["paths"].items()
        for operation in methods.values()
        if isinstance(operation, dict) and "429" in operation.get("responses", {})
    }
    assert limited == {"/sign-in", "/tokens", "/me/password"}


def test_the_document_needs_no_sign_in_and_has_no_page_of_its_own(app: Flask) -> None:
    client = app.test_client()
    assert client.get(SPEC_PATH).mimetype == "application/json"
    for path in ("/docs", "/openapi.json", f"{PREFIX}/docs"):
        assert client.get(path).status_code == 404


def test_the_reference_lists_every_operation(app: Flask) -> None:
    written = set(OPERATION.findall(REFERENCE.read_text(encoding="utf-8")))
    known = {(method, address_of(rule).removeprefix(PREFIX)) for _, method, rule in routes(app)}
    assert written == known


def test_the_examples_of_the_reference_call_routes_that_exist(app: Flask) -> None:
    examples = list(CURL.finditer(REFERENCE.read_text(encoding="utf-8")))
    assert len(examples) >= 5
    adapter = app.url_map.bind("localhost")
    for example in examples:
        chosen = re.search(r"-X (\w+)", example["options"])
        sends = re.search(r"--json|-F ", example["options"])
        method = chosen[1] if chosen else "POST" if sends else "GET"
        path = re.sub(r"\$\w+", "1", example["path"])
        assert adapter.match(f"{PREFIX}{path}", method=method)
