"""A browser without scripts: keeps cookies, sends forms with the token of the page before."""

import re
from collections.abc import Iterable, Mapping
from html import unescape
from io import BytesIO
from typing import Any

from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from service.domain.tasks import Folder
from service.operations.staff import people
from service.store import people as person_rows
from service.store import tasks as task_rows
from tests.builders import PASSWORD, World

_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
_TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>", re.DOTALL)


class Browser:
    """One person's browser."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self._token = ""
        self.has_seen_a_page = True

    @property
    def token(self) -> str:
        """The token of the page visited last; who has come in by another way visits one for it."""
        if not self.has_seen_a_page:
            self.get("/inbox/mine")
        return self._token

    def get(self, path: str, *, fragment: bool = False, **options: Any) -> TestResponse:
        """Visits a page, or fetches a part of one as htmx does."""
        headers = {"HX-Request": "true"} if fragment else {}
        answer = self.client.get(path, headers=headers | options.pop("headers", {}), **options)
        self._note(answer)
        return answer

    def post(
        self,
        path: str,
        fields: Mapping[str, object] | None = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> TestResponse:
        """Sends a form; with the token of the page last visited unless another is given."""
        sent = {"csrf_token": self.token if token is None else token, **(fields or {})}
        answer = self.client.post(path, data=sent, headers=headers)
        self._note(answer)
        return answer

    def send_file(self, path: str, content: bytes, name: str, **fields: str) -> TestResponse:
        """Sends a form with one file."""
        file = FileStorage(BytesIO(content), filename=name)
        data: dict[str, Any] = {"csrf_token": self.token, "file": file, **fields}
        # Encoded here: the test client leaves the temporary file of a large body open.
        boundary, body = encode_multipart(data)
        kind = f'multipart/form-data; boundary="{boundary}"'
        answer = self.client.post(path, data=body, content_type=kind)
        self._note(answer)
        return answer

    def sign_in(self, who: str, password: str = PASSWORD, **fields: str) -> TestResponse:
        """Fills in and sends the sign-in form."""
        self.get("/sign-in")
        answer = self.post("/sign-in", {"sign_in_name": who, "password": password, **fields})
        if answer.status_code == 303:
            self.get("/inbox/mine")
        return answer

    def _note(self, answer: TestResponse) -> None:
        answer.get_data()
        answer.close()
        if answer.mimetype == "text/html" and (found := _TOKEN.search(answer.text)):
            self._token, self.has_seen_a_page = unescape(found[1]), True


def signed_in(app: Flask, who: str) -> Browser:
    """The browser of somebody who has signed in, without the slow proof of the password."""
    browser = Browser(app)
    with app.extensions["trinh"].database.write() as work:
        person = person_rows.find_by_sign_in_name(work, who)
        assert person is not None, who
        secret = people.make_token(work, person_rows.actor_of(work, person), "browser")
    with browser.client.session_transaction() as session:
        session["_user_id"] = secret
    browser.has_seen_a_page = False
    return browser


def in_english(app: Flask, who: str) -> Browser:
    """The browser of somebody who has signed in and reads English."""
    browser = signed_in(app, who)
    assert browser.post("/language", {"language": "en"}).status_code == 303
    return browser


def words(answer: TestResponse) -> str:
    """What a page says, without its markup."""
    return " ".join(unescape(_TAGS.sub(" ", answer.text)).split())


def seen(world: World, task_id: int) -> dict[str, str]:
    """What the page of a task sends along when it is opened now: the version of the dossier that it shows."""
    return {"seen_version": _version(world, task_id)}


def all_seen(world: World, task_ids: Iterable[int]) -> dict[str, str]:
    """The same of the page of a paper over several tasks."""
    return {f"seen-{task_id}": _version(world, task_id) for task_id in task_ids}


def _version(world: World, task_id: int) -> str:
    with world.database.read() as work:
        return str(task_rows.get(work, task_id).dossier.version)


def in_folder(folder: Folder, task_id: int, verb: str = "") -> str:
    """The address of a task opened from a folder, or of something done with it."""
    return f"/tasks/{task_id}{verb}?folder={folder.value}"
