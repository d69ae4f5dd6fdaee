"""Builders: a database with the shipped locality, diagram, forms and some people, and steps on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache, wraps
from io import BytesIO
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher

from service.clock import FakeClock
from service.domain.dossiers import Judgement, Verdict
from service.domain.localities import Locality
from service.domain.people import Actor
from service.domain.tasks import Act
from service.localities import read_folder
from service.operations.dossier import attachments, dossiers
from service.operations.dossier.dossiers import NominationInput
from service.operations.setup import deployments, localities
from service.operations.staff import people
from service.operations.work import acts, papers, tasks
from service.operations.work.completions import Filled
from service.store import localities as locality_rows
from service.store import people as person_rows
from service.store import tasks as task_rows
from service.store.tables import UserTask
from service.store.work import Database
from tests.support.files import paper

ROOT = Path(__file__).resolve().parent.parent
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LOCALITY = "van-ninh"
BEGINS_AT = "2024-11-20 09:00"
"""When most tests begin, in local time: ten days before the units' deadline of 2024."""
PASSWORD = "a-long-password"
LATE = {"late_reason": "Chờ bổ sung biên bản."}
"""Why an office is late; forms that do not ask leave it out."""
SEATS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "clerk": (("van_gia", "proposer"),),
    "clerk_head": (("van_gia", "unit_head"),),
    "neighbour": (("van_thanh", "proposer"),),
    "labour": (("labour_office", "labour_reviewer"),),
    "labour2": (("labour_office", "labour_reviewer"),),
    "labour_head": (("labour_office", "labour_head"),),
    "interior": (("interior_office", "interior_reviewer"),),
    "interior_head": (("interior_office", "interior_head"),),
    "chairman": (("chairman", "chairman"),),
    "office": (("chairman_office", "chairman_office"),),
    "admin": (),
}


@lru_cache(maxsize=1)
def shipped_locality() -> Locality:
    """The shipped configuration of Vạn Ninh, read once per test process."""
    return read_folder(ROOT / "config" / "localities" / LOCALITY)


@lru_cache(maxsize=1)
def password_hash() -> str:
    """The hash of everybody's password, at the least cost that argon2 knows: guessing it is no danger."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def local(text: str) -> datetime:
    """An instant from local time: `local("2024-11-20 09:00")`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


Told = ParamSpec("Told")
Answer = TypeVar("Answer")


class Beginning(Protocol):
    """Knows stories that were told before: see tests/support/beginnings.py."""

    def told(self, key: object, world: Any, tell: Callable[[Any], Any]) -> Any:
        """What a chapter answers; it has happened in this world afterwards."""
        ...

    def hand_out(self) -> None:
        """Makes the database for whoever connects to it in another way."""
        ...


def chapter(
    tell: Callable[Concatenate["World", Told], Answer],
) -> Callable[Concatenate["World", Told], Answer]:
    """A part of a story with which many tests begin: the world may know it already."""

    @wraps(tell)
    def known(world: "World", *args: Told.args, **named: Told.kwargs) -> Answer:
        if world.beginning is None:
            return tell(world, *args, **named)
        key = (tell.__name__, args, tuple(sorted(named.items())))
        return world.beginning.told(key, world, lambda where: tell(where, *args, **named))

    return known


@dataclass
class World:
    """A database with everything deployed, a clock that stands still, and people by a short name."""

    database: Database
    clock: FakeClock
    folder: Path
    beginning: Beginning | None = None

    def address(self) -> str:
        """The address of the database, for who connects to it without this world."""
        if self.beginning is not None:
            self.beginning.hand_out()
        return self.database.url.render_as_string(hide_password=False)

    def actor(self, who: str) -> Actor:
        """A person as an actor, with the seats valid now."""
        with self.database.read() as work:
            person = person_rows.find_by_sign_in_name(work, who)
            assert person is not None, who
            return person_rows.actor_of(work, person)

    def on(self, text: str) -> None:
        """Sets the clock to a local time."""
        self.clock.set(local(text))

    @chapter
    def open_dossier(
        self,
        who: str = "clerk",
        *,
        awards: tuple[str, ...] = ("giay_khen",),
        round_key: str = "annual-2024",
        with_papers: bool = True,
        title: str = "Hồ sơ khen thưởng",
        nominee: str = "Hộ ông Nguyễn Văn",
    ) -> int:
        """Opens a dossier with one nomination per award, the nominees numbered; returns its id."""
        actor = self.actor(who)
        with self.database.write() as work:
            round_, unit = next(
                (round_, unit)
                for round_, unit in dossiers.openable_rounds(work, actor)
                if round_.key == round_key
            )
            dossier = dossiers.create(work, actor, round_id=round_.id, unit_id=unit.id, title=title)
            for number, award in enumerate(awards, start=1):
                dossiers.add_nomination(
                    work,
                    actor,
                    dossier.id,
                    NominationInput(award, "household", f"{nominee} {number}", "Thoát nghèo bền vững."),
                )
        if with_papers:
            self.attach_papers(who, dossier.id)
        return dossier.id

    def attach_papers(self, who: str, dossier_id: int) -> None:
        """Attaches a small PDF for every paper of the checklist."""
        actor = self.actor(who)
        with self.database.write() as work:
            for item in locality_rows.checklist(work, LOCALITY):
                attachments.add(
                    work,
                    actor,
                    self.folder,
                    dossier_id,
                    display_name=f"{item.key}.pdf",
                    stream=BytesIO(paper(item.key)),
                    checklist_item_id=item.id,
                )

    def task(self, dossier_id: int, element_id: str | None = None) -> UserTask:
        """The open task of a dossier; of an element if several are open."""
        with self.database.read() as work:
            found = list(task_rows.open_of(work, dossier_id).values())
            return next(task for task in found if element_id in {None, task.element_id})

    def open_elements(self, dossier_id: int) -> set[str]:
        """The elements at which a dossier waits."""
        with self.database.read() as work:
            return {task.element_id for task in task_rows.open_of(work, dossier_id).values()}

    def claim(self, who: str, task_id: int) -> None:
        """Takes a task."""
        with self.database.write() as work:
            tasks.claim(work, self.actor(who), task_id)

    def complete(
        self,
        who: str,
        task_id: int,
        values: Mapping[str, object],
        judgements: Mapping[int, Judgement] | None = None,
    ) -> None:
        """Claims and completes a task; without verdicts every nomination shown is kept."""
        actor = self.actor(who)
        with self.database.write() as work:
            task = tasks.claim(work, actor, task_id)
            if judgements is None:
                shown = acts.judged_at(Act(task.act), task.dossier.nominations)
                judgements = {nomination.id: Judgement(Verdict.SELECT) for nomination in shown}
            tasks.complete(work, actor, task_id, Filled(values, judgements))

    @chapter
    def submit(self, dossier_id: int, who: str = "clerk", **values: object) -> None:
        """Completes the unit's step."""
        task = self.task(dossier_id, "prepare")
        self.complete(who, task.id, {"letter_number": "15/TTr", "letter_date": self.today(), **values})

    @chapter
    def select(self, dossier_id: int, who: str = "labour", **values: object) -> None:
        """Completes the Labour office's selection; accepts unless told otherwise."""
        self.complete(who, self.task(dossier_id, "select").id, {"outcome": "accept", **values})

    @chapter
    def forward_to_interior(
        self, dossier_id: int, number: str = "40/TTr", who: str = "labour", **values: object
    ) -> None:
        """Sends one dossier from the Labour to the Interior office, if late with a reason."""
        task = self.task(dossier_id, "forward_to_interior")
        self.complete(who, task.id, {"number": number, "signed_on": self.today(), **LATE, **values})

    @chapter
    def appraise(self, dossier_id: int, who: str = "interior", **values: object) -> None:
        """Completes the Interior office's appraisal; accepts unless told otherwise."""
        self.complete(who, self.task(dossier_id, "appraise").id, {"outcome": "accept", **values})

    @chapter
    def forward_to_chairman(self, dossier_id: int, number: str = "60/TTr", who: str = "interior") -> None:
        """Sends one dossier from the Interior office to the Chairman, if late with a reason."""
        task = self.task(dossier_id, "forward_to_chairman")
        self.complete(who, task.id, {"number": number, "signed_on": self.today(), **LATE})

    @chapter
    def decide(self, dossier_id: int, number: str = "2102/QĐ-UBND", who: str = "chairman") -> None:
        """Signs the decision over one dossier, if late with a reason."""
        values = {"outcome": "approve", "decision_number": number, "signed_on": self.today(), **LATE}
        self.complete(who, self.task(dossier_id, "decide").id, values)

    @chapter
    def carry_to(self, element_id: str, **opening: object) -> int:
        """Opens a dossier and carries it along the plain path until it waits at an element."""
        dossier_id = self.open_dossier(**opening)  # type: ignore[arg-type]
        steps = (
            ("prepare", self.submit),
            ("select", self.select),
            ("forward_to_interior", lambda one: self.forward_to_interior(one, f"{one}/TTr-LĐ")),
            ("appraise", self.appraise),
            ("forward_to_chairman", lambda one: self.forward_to_chairman(one, f"{one}/TTr-NV")),
            ("decide", lambda one: self.decide(one, f"{one}/QĐ")),
        )
        for element, step in steps:
            if element == element_id:
                break
            step(dossier_id)
        return dossier_id

    def forward_together(self, who: str, dossier_ids: list[int], element_id: str, number: str) -> None:
        """Sends several dossiers with one letter."""
        chosen = [self.task(dossier_id, element_id).id for dossier_id in dossier_ids]
        with self.database.write() as work:
            values = {"number": number, "signed_on": self.today(), "note": "Kính trình.", **LATE}
            papers.forward(work, self.actor(who), chosen, Filled(values))

    def unseat(self, who: str, last_day: date | None = None) -> None:
        """Ends the seats of a person, yesterday unless told otherwise."""
        with self.database.write() as work:
            person = person_rows.find_by_sign_in_name(work, who)
            assert person is not None, who
            ended = last_day or self.clock.now().astimezone(ZONE).date() - timedelta(days=1)
            for seat in person_rows.memberships(work, person.id):
                seat.valid_to = ended

    def today(self) -> str:
        """Today's local date as ISO text."""
        return self.clock.now().astimezone(ZONE).date().isoformat()


def build_world(database_url: str, folder: Path, now: str = "2024-11-20 09:00") -> World:
    """Loads the shipped configuration, diagram and forms into an empty, migrated database; adds people."""
    clock = FakeClock(local(now))
    database = Database(database_url, clock)
    with database.write() as work:
        localities.load(work, shipped_locality())
        for form in sorted((ROOT / "forms").glob("*.json")):
            deployments.deploy_form(work, form.stem, form.read_text(encoding="utf-8"))
        deployments.deploy(work, (ROOT / "bpmn" / "award_dossier.bpmn").read_bytes(), "shipped")
        for who, seats in SEATS.items():
            person = people.add(
                work,
                sign_in_name=who,
                name=who.replace("_", " ").title(),
                email=f"{who}@example.invalid",
                password=None,
                seats=[(LOCALITY, organisation, role) for organisation, role in seats],
                administrator=who == "admin",
            )
            person.password_hash = password_hash()
    return World(database, clock, folder)
