"""A caller of the API: signs in with a token or a session, and speaks JSON."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from service.operations.staff import people
from tests.builders import PASSWORD, World

PREFIX = "/api/v1"


class Client:
    """Flask's test client below the API's address, with the caller's headers."""

    def __init__(self, app: Flask, headers: Mapping[str, str] | None = None) -> None:
        self.browser = app.test_client()
        self.headers = {"Accept-Language": "en", **(headers or {})}

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.call("GET", path, **options)

    def post(self, path: str, json: object = None, **options: Any) -> TestResponse:
        return self.call("POST", path, json=json, **options)

    def put(self, path: str, json: object = None, **options: Any) -> TestResponse:
        return self.call("PUT", path, json=json, **options)

    def patch(self, path: str, json: object = None, **options: Any) -> TestResponse:
        return self.call("PATCH", path, json=json, **options)

    def delete(self, path: str, **options: Any) -> TestResponse:
        return self.call("DELETE", path, **options)

    def call(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = self.headers | options.pop("headers", {})
        if options.get("json") is None:
            options.pop("json", None)
        return self.browser.open(f"{PREFIX}{path}", method=method, headers=headers, **options)

    def send_file(
        self, dossier_id: int, content: bytes, name: str = "to-trinh.pdf", item: int | None = None
    ) -> TestResponse:
        """Uploads a file into a dossier."""
        data: dict[str, Any] = {"file": FileStorage(BytesIO(content), filename=name)}
        if item is not None:
            data["checklist_item_id"] = str(item)
        # Encoded here: the test client leaves the temporary file of a large body open.
        boundary, body = encode_multipart(data)
        kind = f'multipart/form-data; boundary="{boundary}"'
        return self.post(f"/dossiers/{dossier_id}/attachments", data=body, content_type=kind)


def with_token(app: Flask, world: World, who: str) -> Client:
    """A caller with a token of that person."""
    with world.database.write() as work:
        token = people.make_token(work, world.actor(who), "test")
    return Client(app, {"Authorization": f"Bearer {token}"})


def with_session(app: Flask, who: str) -> Client:
    """A caller with the session cookie of that person, and the CSRF token that goes with it."""
    client = Client(app)
    answer = client.post("/sign-in", {"sign_in_name": who, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    client.headers["X-CSRFToken"] = answer.json["csrf_token"]  # type: ignore[index]
    return client


def seen(*tasks: Any) -> dict[str, Any]:
    """How a paper names its tasks: each with the version of its dossier as it was shown."""
    versions = [{"task_id": task["id"], "seen_version": task["dossier"]["version"]} for task in tasks]
    return {"task_ids": [task["id"] for task in tasks], "seen_versions": versions}


def told(answer: TestResponse, status: int) -> Any:
    """The content of an answer that must have this status."""
    assert answer.status_code == status, f"{answer.status_code}: {answer.text[:2000]}"
    return answer.get_json(silent=True)


def problem(answer: TestResponse, status: int, kind: str | None = None) -> dict[str, Any]:
    """The problem document of an answer that must have this status."""
    document = told(answer, status)
    assert answer.content_type == "application/problem+json"
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]
    if kind is not None:
        assert document["type"] == f"urn:trinh:problem:{kind}"
    return document
