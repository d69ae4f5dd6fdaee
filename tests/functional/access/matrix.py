"""Tries every route with everybody at every place, and tells where the answer is not the declared one."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from io import BytesIO
from typing import Any

from flask import Flask
from sqlalchemy import Connection, event, select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import FileStorage
from werkzeug.routing import Rule
from werkzeug.test import TestResponse, encode_multipart

from service.domain.access import Who, declared
from service.domain.errors import TrinhError
from service.store.tables import Table
from service.store.work import Database, Work
from tests.builders import LOCALITY
from tests.functional.access.expectations import Expected, expected
from tests.functional.access.places import Furnished, Person, Place
from tests.functional.access.rows import NOTHING
from tests.functional.access.sending import API, GUESSED, Bodies, address, numbers_in, routes
from tests.functional.api.clients import Client, with_token
from tests.functional.web.browsers import Browser, signed_in
from tests.support import files

NO_PLACE = frozenset(
    {Who.ANYBODY, Who.KNOWING, Who.SIGNED_IN, Who.LOCALITY, Who.REVIEWERS, Who.ADMINISTRATORS}
)
"""Declarations that hold whatever the dossier: one place is enough."""
GOOD = frozenset({200, 201, 202, 204, 302, 303, 304})
AT_OTHER_PLACES = (
    Person.CLERK,
    Person.UNIT_HEAD,
    Person.NEIGHBOUR,
    Person.HOLDER,
    Person.OTHER_OFFICE,
    Person.ADMINISTRATOR,
)
"""Everybody is tried while a dossier is under review; before and after it one of each kind."""
OWN_WAY = {
    "api.people.sign_out": 404,
    "api.people.make_token": 401,
    "api.reports.ask_export": 404,
    "health.healthz": 503,
}
"""The matrix brings tokens, no sessions, to the API, and no second name and password; each Work of a request
is taken back by itself; and there is no worker to be healthy."""
JUDGED = frozenset({400, 409, 413, 415, 422})
"""Somebody was let in, and what they sent was found wrong."""


class Matrix:
    """The application over a furnished world, with a client for everybody."""

    def __init__(self, app: Flask, furnished: Furnished, document: dict[str, Any]) -> None:
        self.app = app
        # A fault is an answer too, told with the others.
        app.config["PROPAGATE_EXCEPTIONS"] = False
        self.furnished = furnished
        self.database = furnished.world.database
        self.bodies = Bodies(document)
        self.tried = 0
        self._commits = 0
        self._count_commits()
        known = [person for person in Person if person is not Person.NOBODY]
        world = furnished.world
        self._clients = {one: with_token(app, world, one) for one in known} | {Person.NOBODY: Client(app)}
        self._browsers = {one: signed_in(app, one) for one in known} | {Person.NOBODY: Browser(app)}
        self._browsers[Person.NOBODY].get("/sign-in")

    def violations(self, chosen: Callable[[Rule], bool]) -> list[str]:
        """What does not answer as declared, in words."""
        mine = [(method, rule) for method, rule in routes(self.app) if chosen(rule)]
        for _, rule in mine:
            self._plant(rule)
        before = self._digest()
        found = [one for method, rule in mine for one in self._of_route(method, rule)]
        if self._digest() != before:
            found.append("Somebody who was refused has changed the database.")
        return found

    def mismatches(self, chosen: Callable[[Rule], bool]) -> list[str]:
        """Addresses that open a thing of one dossier under the number of another."""
        found: list[str] = []
        mine, other = self.furnished.draft, self.furnished.review
        for method, rule in routes(self.app):
            numbers = numbers_in(rule)
            if not chosen(rule) or len(numbers) < 2:
                continue
            for one, two in ((mine, other), (other, mine)):
                where = self._address(rule, one, **{numbers[-1]: two})
                for person in (Person.CLERK, Person.HOLDER, Person.ADMINISTRATOR):
                    answer = self._ask(method, rule, where, person, one)
                    knows = person in one.readers
                    # Whoever is refused at the dossier already may be told so.
                    if answer.status_code not in ({404, 403, 409} if knows else {404}):
                        found.append(f"{method} {where} by {person}: {answer.status_code} instead of 404")
        return found

    def _of_route(self, method: str, rule: Rule) -> list[str]:
        who = declared(self.app.view_functions[rule.endpoint])
        if who is None:
            return [f"{method} {rule.rule} does not say who may: put @allow(Who.…) right under the route"]
        if numbers_in(rule) and who is Who.SIGNED_IN:
            return [f"{method} {rule.rule} names a row: say more than 'anybody who is signed in'"]
        places = (self.furnished.review,) if who in NO_PLACE else self.furnished.places
        found: list[str] = []
        try:
            there = [(place, self._address(rule, place)) for place in places]
        except (LookupError, SQLAlchemyError, TrinhError) as error:
            return [f"{method} {rule.rule} cannot be tried: {error}"]
        there = [(place, where) for place, where in there if str(NOTHING) not in where]
        if not there:
            return [f"{method} {rule.rule}: none of the places has what its address names"]
        before = self._commits
        try:
            for place, where in there:
                found += self._at(method, rule, who, place, where)
        except LookupError as error:
            return [f"{method} {rule.rule} cannot be judged: {error}"]
        if self._commits != before:
            found.append(f"{method} {rule.rule} has changed the database for somebody it refused")
        return found

    def _at(self, method: str, rule: Rule, who: Who, place: Place, where: str) -> Iterator[str]:
        demo_only = getattr(self.app.view_functions[rule.endpoint], "demo_only", False)
        for person in self._worth_asking(who, place):
            promise = expected(who, person, place, in_address=who in NO_PLACE or bool(numbers_in(rule)))
            if demo_only or (GUESSED in where and promise is Expected.LET_IN):
                promise = Expected.UNKNOWN
            with self._undone(self.database, really=promise in {Expected.LET_IN, Expected.TOO_LATE}):
                told_short = promise in {Expected.REFUSED, Expected.OVER, Expected.UNKNOWN}
                answer = self._ask(method, rule, where, person, place, fragment=told_short)
            if not _keeps(promise, answer, method, rule):
                told = f"{answer.status_code} to {person or 'nobody signed in'} at {place.name}"
                yield f"{method} {where} answers {told}, declared: {who} ({promise})"

    def _plant(self, rule: Rule) -> None:
        for place in self.furnished.places:
            with suppress(LookupError, SQLAlchemyError, TrinhError):
                self._address(rule, place)

    def _count_commits(self) -> None:
        """Counts the transactions that have written anything and were kept."""

        def note(connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
            if statement.lstrip()[:6].upper() in {"INSERT", "UPDATE", "DELETE"}:
                connection.info["writes"] = True

        def kept(connection: Connection) -> None:
            self._commits += connection.info.pop("writes", False)

        engine = self.database.engine
        event.listen(engine, "before_cursor_execute", note)
        event.listen(engine, "commit", kept)
        event.listen(engine, "rollback", lambda connection: connection.info.pop("writes", None))

    def _worth_asking(self, who: Who, place: Place) -> Iterable[Person]:
        """Everybody; of those whom a page about nobody treats alike only a few."""
        if who in {Who.ANYBODY, Who.KNOWING}:
            return (Person.NOBODY,)
        if who is Who.SIGNED_IN:
            return (Person.NOBODY, Person.CLERK, Person.LEAVER)
        if who is Who.ADMINISTRATORS:
            return (Person.NOBODY, Person.CLERK, Person.HEAD, Person.STRANGER, Person.ADMINISTRATOR)
        return list(Person) if place is self.furnished.review else AT_OTHER_PLACES

    def _address(self, rule: Rule, place: Place, **other: Place) -> str:
        with self.database.write() as work:
            return address(work, rule, place, **other)

    def _ask(
        self, method: str, rule: Rule, where: str, person: Person, place: Place, *, fragment: bool = False
    ) -> TestResponse:
        """Sends a request; a refusal of a screen is asked for as a part of a page, which is sooner drawn."""
        self.tried += 1
        headers = {"HX-Request": "true"} if fragment else {}
        if rule.rule.startswith(API):
            options = self.bodies.of(rule, method, place)
            if options.pop("upload", False):
                options |= _upload({})
            return self._clients[person].call(method, where.removeprefix(API), **options)
        browser = self._browsers[person]
        query = {"task": str(place.task_id)}
        if declared(self.app.view_functions[rule.endpoint]) is not Who.SIGNED_IN:
            query["locality"] = LOCALITY
        if method == "GET":
            return browser.client.get(where, query_string=query, headers=headers)
        fields = {"csrf_token": browser.token} | query
        sent = _upload(fields) if "attachments" in where else {"data": fields}
        return browser.client.open(where, method=method, query_string=query, headers=headers, **sent)

    def _digest(self) -> str:
        """All rows of all tables."""
        found = sha256()
        with self.database.read() as work:
            for table in Table.metadata.sorted_tables:
                rows = work.session.execute(select(table).order_by(*table.primary_key.columns))
                found.update(repr((table.name, rows.all())).encode())
        return found.hexdigest()

    @contextmanager
    def _undone(self, database: Database, *, really: bool) -> Iterator[None]:
        """What somebody rightly does is taken back, so that the next one meets the same world."""
        if not really:
            yield
            return
        kept = database.write

        @contextmanager
        def write(*given: Any, **named: Any) -> Iterator[Work]:
            with suppress(_TakenBack), kept(*given, **named) as work:
                yield work
                work.session.flush()
                raise _TakenBack

        database.write = write  # type: ignore[method-assign]
        try:
            yield
        finally:
            database.write = kept  # type: ignore[method-assign]


class _TakenBack(Exception):
    """Ends a Work that has done what it should, and keeps nothing of it."""


def _upload(fields: dict[str, str]) -> dict[str, Any]:
    data: dict[str, Any] = {**fields, "file": FileStorage(BytesIO(files.pdf()), filename="to-trinh.pdf")}
    boundary, body = encode_multipart(data)
    return {"data": body, "content_type": f'multipart/form-data; boundary="{boundary}"'}


def _keeps(promise: Expected, answer: TestResponse, method: str, rule: Rule) -> bool:
    """Whether an answer is what was promised."""
    status = answer.status_code
    answer.close()
    screen = not rule.rule.startswith(API)
    if promise is Expected.SENT_AWAY:
        if screen and method == "GET":
            return status == 303 and str(answer.location).startswith("/sign-in")
        return status == 401
    if promise is Expected.LET_IN and rule.endpoint in OWN_WAY:
        return status == OWN_WAY[rule.endpoint]
    if promise is Expected.LET_IN:
        judges = method != "GET" or not screen or not numbers_in(rule)
        return status in GOOD or status == 409 or (status in JUDGED and judges)
    if promise is Expected.NOT_SERVED:
        return status in {403, 404, 422}
    if promise is Expected.TOO_LATE:
        late = {403, 409} if method != "GET" else {200, 303, 403, 409}
        return status in late or (status == 422 and not numbers_in(rule))
    if promise is Expected.OVER:
        return status in {403, 409}
    wanted = {Expected.REFUSED: 403, Expected.UNKNOWN: 404}[promise]
    return status == wanted
