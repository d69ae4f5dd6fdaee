"""What a reviewer's inbox page costs as the browser gets it, with ten thousand and a million open tasks."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from secrets import token_hex

from flask import Flask
from flask.testing import FlaskClient

from benchmarks.crowds import Crowd, Spread
from benchmarks.inboxes import MIX, template
from benchmarks.measuring import Effort, Figure, Goal, in_turns
from benchmarks.worlds import Stage
from service.app import create_app
from service.operations.services import Services
from service.operations.staff import people
from service.settings import Settings
from service.store import people as person_rows
from tests.builders import World

TIME_GOAL, SIZE_GOAL, RATIO_GOAL = Goal(25), Goal(30), Goal(1.3)
SMALL, LARGE, QUICK = 10_000, 1_000_000, 50_000
TASKS_PER_DISTRICT = 2_500
LOOKED_AT = "2024-12-06 09:00"
"""The day after the selection was due: what lies there is overdue."""
PAGES: Mapping[str, str] = {
    "unclaimed": "/inbox/group",
    "unclaimed, by unit": "/inbox/group?sort=unit,-deadline",
    "overdue": "/inbox/overdue",
    "waiting for": "/inbox/waiting",
}


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a page by somebody who is signed in: from the request to the whole answer."""

    client: FlaskClient
    address: str

    def __call__(self) -> None:
        self.bytes()

    def bytes(self) -> int:
        """How many bytes the page has, not compressed."""
        with self.client.get(self.address) as answer:
            if answer.status_code != 200 or b"data-inbox-row" not in answer.data:
                raise RuntimeError(f"{self.address} shows nothing: {answer.status_code}")
            return len(answer.data)


def measure_inbox_pages(stages: Mapping[str, Stage], effort: Effort) -> Iterator[Figure]:
    """The same pages in a small and a large database on PostgreSQL, by one client: of a district's reviewer,
    whose office stays as large, and of the one office that grows with the whole."""
    large = effort.of(LARGE, QUICK)
    with ExitStack() as worlds:
        few, many = (worlds.enter_context(stages["PostgreSQL"]()) for _ in range(2))
        for world, number in ((few, SMALL), (many, large)):
            fill(world, number)
        apps = [application(world) for world in (few, many)]
        for office, who in (("a district office", "labour-1"), ("the largest office", "labour")):
            clients = [signed_in(app, who) for app in apps]
            for page, address in PAGES.items():
                visits = [Visit(client, address) for client in clients]
                taken = in_turns(effort.of(40, 15), {"few": visits[0], "many": visits[1]})
                size = max(visit.bytes() for visit in visits) / 1000
                for what, value, unit, goal in (
                    ("at 10 k", taken["few"] * 1000, "ms", TIME_GOAL),
                    (f"at {large // 1000} k", taken["many"] * 1000, "ms", TIME_GOAL),
                    (f"{large // 1000} k / 10 k", taken["many"] / taken["few"], "×", RATIO_GOAL),
                    ("size", size, "kB", SIZE_GOAL),
                ):
                    yield Figure("page", f"{office}, {page}, {what}", "PostgreSQL", value, unit, goal)


def fill(world: World, number: int) -> None:
    """Spreads `number` open tasks over offices: a quarter in locality 0, the rest over districts."""
    spread = Spread(others=number // TASKS_PER_DISTRICT)
    templates = [(template(world, element, holder), share) for element, holder, share in MIX]
    crowd = Crowd(world)
    crowd.add_localities(spread.others)
    for template_id, share in templates:
        crowd.add_dossiers(template_id, number * share // 100, spread, to_read=True)
    world.on(LOOKED_AT)
    crowd.settle()


def application(world: World) -> Flask:
    """The whole application over a world."""
    settings = Settings(
        data_folder=world.folder.parent,
        database_url=world.database.url.render_as_string(hide_password=False),
        host="127.0.0.1",
        port=8000,
        base_url="http://localhost",
        secret_key=token_hex(),
        attachment_bytes=1024**2,
    )
    return create_app(Services(settings, world.database, world.clock))


def signed_in(app: Flask, who: str) -> FlaskClient:
    """A client that has signed in."""
    with app.extensions["trinh"].database.write() as work:
        person = person_rows.find_by_sign_in_name(work, who)
        if person is None:
            raise LookupError(who)
        secret = people.make_token(work, person_rows.actor_of(work, person), "benchmark")
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = secret
    return client
