"""One reviewer at a desk of their own: signs in, looks, claims, opens, decides, forwards."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

from service.clock import monotonic
from tests.builders import PASSWORD
from tests.campaigns.crews import pause

ANSWER_WITHIN_S = 60
_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
_TASK = re.compile(r'href="/tasks/(\d+)')
_VERSION = re.compile(r'name="seen_version" value="(\d+)"')
_VERDICT = re.compile(r'name="(verdict-\d+)"')
_STAMP = re.compile(r'"key": ?"(number|outcome)"')
GOOD = frozenset({200, 204, 303, 304, 409})


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer: to what, after how many seconds, with what status; 0 when none came."""

    action: str
    status: int
    seconds: float
    said: str = ""

    @property
    def good(self) -> bool:
        """Whether it is an answer that a person can work with."""
        return self.status in GOOD


class Reviewer:
    """Somebody at a desk."""

    def __init__(
        self,
        address: str,
        name: str,
        desk: str,
        chance: random.Random,
        pause: float,
        tell: Callable[[Answered], None],
    ) -> None:
        """`desk` is the address from which they come: sign-ins are counted for each."""
        self._connection = HTTPConnection(address, timeout=ANSWER_WITHIN_S, source_address=(desk, 0))
        self._name = name
        self._chance = chance
        self._pause = pause
        self._tell = tell
        self._cookies: dict[str, str] = {}
        self._token = ""

    def rest(self, seconds: float | None = None) -> None:
        """Reads for a while; the server has long let go of the connection when they come back."""
        self._connection.close()
        pause(self._chance.expovariate(1 / self._pause) if seconds is None else seconds)

    def work_until(self, end: float) -> None:
        """Signs in, then does one task after another."""
        self._ask("GET", "/sign-in", "sign-in page")
        fields = {"sign_in_name": self._name, "password": PASSWORD}
        if self._ask("POST", "/sign-in", "sign in", fields)[0] != 303:
            return
        while monotonic() < end:
            _, inbox = self._ask("GET", "/inbox/group", "inbox")
            self.rest()
            waiting = list(dict.fromkeys(_TASK.findall(inbox)))
            if waiting and monotonic() < end:
                self._do(self._chance.choice(waiting[:8]))
            elif monotonic() < end:
                self._ask("GET", "/inbox/group/counts", "counts")
        self._connection.close()

    def _do(self, task: str) -> None:
        status, page = self._ask("POST", f"/tasks/{task}/claim?folder=group", "claim", {})
        if status != 303:
            return
        _, page = self._ask("GET", f"/tasks/{task}?folder=group", "open task")
        self.rest()
        version, step = _VERSION.search(page), _STAMP.search(page)
        if version is None or step is None:
            return
        fields = {"seen_version": version[1]}
        if step[1] == "number":
            fields |= {"number": f"{task}/TTr", "signed_on": "2024-11-20"}
            self._ask("POST", f"/tasks/{task}/complete?folder=group", "forward", fields)
        else:
            fields |= {"outcome": "accept"} | dict.fromkeys(_VERDICT.findall(page), "select")
            self._ask("POST", f"/tasks/{task}/complete?folder=group", "decide", fields)

    def _ask(
        self, method: str, path: str, action: str, fields: dict[str, str] | None = None
    ) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        body = None
        if fields is not None:
            body = urlencode({"csrf_token": self._token} | fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        begun = monotonic()
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            text = response.read().decode("utf-8", "replace")
        except (OSError, HTTPException) as error:
            self._connection.close()
            self._tell(Answered(action, 0, monotonic() - begun, type(error).__name__))
            return 0, ""
        self._tell(Answered(action, response.status, monotonic() - begun))
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if found := _TOKEN.search(text):
            self._token = found[1]
        return response.status, text
