"""Who may do what: the declarations of all routes on one page, for administrators."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, current_app

from service.domain.access import WORDS, Who, declared
from service.web.access import allow
from service.web.pages import reading, show

API = "/api/"
LOOKS = frozenset({"GET", "HEAD", "OPTIONS"})

screen = Blueprint("permissions", __name__, url_prefix="/operations/permissions")


@dataclass(frozen=True, slots=True)
class Door:
    """A way into the program: its address and method, and for whom it is."""

    address: str
    method: str
    who: Who

    @property
    def of_api(self) -> bool:
        """Whether programs use it; else people with a browser."""
        return self.address.startswith(API)

    @property
    def changes(self) -> bool:
        """Whether something can be changed through it."""
        return self.method not in LOOKS


def doors(app: Flask) -> list[Door]:
    """All routes of screens and API, by address; what declares nothing is closed and left out."""
    return sorted(_doors(app), key=lambda door: (door.of_api, door.address, door.method))


@screen.get("")
@allow(Who.ADMINISTRATORS)
def every() -> Response:
    """Each declaration in words, with the addresses it holds for."""
    found = doors(current_app)
    groups = [(WORDS[who], [door for door in found if door.who is who]) for who in Who]
    with reading():
        return show(
            "permissions/every.html", groups=[(words, its) for words, its in groups if its], number=len(found)
        )


def _doors(app: Flask) -> Iterator[Door]:
    for rule in app.url_map.iter_rules():
        who = declared(app.view_functions[rule.endpoint])
        if who is not None:
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield Door(_told(rule.rule), method, who)


def _told(address: str) -> str:
    """An address with `{task_id}` for the number of a task, as the API's document writes it."""
    return re.sub(r"<(?:[^<:]+:)?([^>]+)>", r"{\1}", address)
