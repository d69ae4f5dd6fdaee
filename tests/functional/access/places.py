"""The world of the access matrix: dossiers in every state that matters, and everybody who may come near them.

A place is one dossier with its task, seen by people with every relation to it. What the matrix expects is
told from the plain names below, not from the rules it tries.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from io import BytesIO

from service.domain.comments import Scope
from service.domain.queues import Wanted
from service.domain.receipts import Received
from service.domain.tasks import Folder
from service.localities import read_folder
from service.operations.dossier import comments, receipts
from service.operations.report import feeds
from service.operations.schedule import deadlines, opened_deadlines
from service.operations.setup import localities
from service.operations.staff import people, substitutions
from service.operations.work import form_uploads, opinions, tasks, views
from service.store import dossiers as dossier_rows
from tests.builders import LOCALITY, ROOT, SEATS, World
from tests.support import files

OTHER_LOCALITY = ROOT / "tests" / "data" / "localities" / "tinh-mau"


class Person(StrEnum):
    """Everybody who asks; the values are their names for signing in."""

    NOBODY = ""
    CLERK = "clerk"
    UNIT_HEAD = "clerk_head"
    NEIGHBOUR = "neighbour"
    """Proposes for another unit of the locality."""
    HOLDER = "labour"
    CANDIDATE = "labour2"
    """Sits in the office and held the task before: released it."""
    HEAD = "labour_head"
    OTHER_OFFICE = "interior"
    LEAVER = "leaver"
    """Completed the office's finished task, and has lost the seat since."""
    STRANGER = "stranger"
    """Reviews and proposes in another locality."""
    ADMINISTRATOR = "admin"


UNIT = frozenset({Person.CLERK, Person.UNIT_HEAD})
OFFICES = frozenset({Person.HOLDER, Person.CANDIDATE, Person.HEAD, Person.OTHER_OFFICE})
AT_HOME = UNIT | OFFICES | {Person.NEIGHBOUR, Person.ADMINISTRATOR}
"""Whoever knows of the locality."""
EVERYBODY = frozenset(Person)
STANDS_IN = Person.CANDIDATE
AWAY = frozenset({Person.HOLDER, STANDS_IN})
"""Who will be away, and who stands in; it has not begun."""
ASKED = frozenset({Person.OTHER_OFFICE})
"""The office that was asked for an opinion from the task under review."""


@dataclass(frozen=True, slots=True)
class Place:
    """A dossier with one of its tasks, and who stands how to it."""

    name: str
    dossier_id: int
    task_id: int
    readers: frozenset[Person]
    members: frozenset[Person]
    """The office (or unit) whose task it is."""
    holder: Person | None
    """Who may complete the task now; None when it is finished."""
    head: Person | None
    preparer: Person | None
    proposers: frozenset[Person] = frozenset({Person.CLERK})
    owner: Person = Person.CLERK
    """Whose the personal things are that the addresses name."""
    receivers: frozenset[Person] = frozenset()
    """The offices that review the dossier or have done so."""
    correctors: frozenset[Person] = frozenset()
    """The office whose receipt of papers there is."""
    numbers: dict[str, int] = field(default_factory=dict[str, int])
    """What has been found for the numbers that addresses name."""


@dataclass(frozen=True, slots=True)
class Furnished:
    """The world with its places."""

    world: World
    draft: Place
    review: Place
    finished: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """In preparation, under review, and decided with all its tasks finished."""
        return self.draft, self.review, self.finished


def furnish(world: World) -> Furnished:
    """Makes the places and the people who are not everywhere."""
    _add_people(world)
    reviewed = frozenset(UNIT | OFFICES | {Person.ADMINISTRATOR})
    finished = world.carry_to("select", title="Đã xong")
    done = world.task(finished).id
    world.select(finished, who=Person.LEAVER)
    world.forward_to_interior(finished)
    world.appraise(finished)
    world.forward_to_chairman(finished)
    world.decide(finished)
    world.unseat(Person.LEAVER)

    review = world.carry_to("select", title="Đang xét")
    waiting = world.task(review).id
    world.claim(Person.CANDIDATE, waiting)
    _release(world, Person.CANDIDATE, waiting)
    world.claim(Person.HOLDER, waiting)

    _receive(world, finished)
    _receive(world, review)
    _extend(world)
    _put_file(world, Person.HOLDER, waiting)
    _ask(world, waiting)
    known = _enter_absence(world)
    draft = world.open_dossier(title="Đang soạn")
    _add_own_things(world, (draft, review, finished))
    labour = frozenset({Person.HOLDER, Person.CANDIDATE})
    return Furnished(
        world,
        Place(
            "draft",
            draft,
            world.task(draft).id,
            readers=frozenset(UNIT | {Person.ADMINISTRATOR}),
            members=frozenset({Person.CLERK}),
            holder=Person.CLERK,
            head=Person.UNIT_HEAD,
            preparer=Person.CLERK,
            numbers=dict(known),
        ),
        Place(
            "review",
            review,
            waiting,
            reviewed,
            labour,
            Person.HOLDER,
            Person.HEAD,
            None,
            receivers=labour | {Person.HEAD},
            correctors=labour | {Person.HEAD},
            numbers=dict(known),
        ),
        Place(
            "finished",
            finished,
            done,
            reviewed,
            labour,
            None,
            Person.HEAD,
            None,
            receivers=OFFICES,
            correctors=labour | {Person.HEAD},
            numbers=dict(known),
        ),
    )


def _add_people(world: World) -> None:
    with world.database.write() as work:
        localities.load(work, read_folder(OTHER_LOCALITY))
        seats: dict[Person, list[tuple[str, str, str]]] = {
            Person.STRANGER: [
                ("tinh-mau", "labour", "labour_reviewer"),
                ("tinh-mau", "culture", "proposer"),
            ],
            Person.LEAVER: [(LOCALITY, *SEATS["labour"][0])],
        }
        for who, held in seats.items():
            people.add(
                work,
                sign_in_name=who.value,
                name=who.value.title(),
                email=f"{who}@example.invalid",
                password=None,
                seats=held,
            )


def _release(world: World, who: Person, task_id: int) -> None:
    with world.database.write() as work:
        tasks.release(work, world.actor(who), task_id)


def _receive(world: World, dossier_id: int) -> None:
    """Papers that have come to the Labour office."""
    with world.database.write() as work:
        award, item = receipts.owed(work, dossier_rows.get(work, dossier_id))[0]
        given = Received(date(2024, 11, 20), "Bưu điện", {(award.id, item.id): 1})
        receipts.record(work, world.actor(Person.HOLDER), dossier_id, given)


def _ask(world: World, task_id: int) -> None:
    """A question from the task under review to the Interior office."""
    with world.database.write() as work:
        office = world.actor(Person.OTHER_OFFICE).seats[0].organisation_id
        question = opinions.Question(office, "Có trùng với hồ sơ nào không?", date(2024, 12, 2))
        opinions.ask(work, world.actor(Person.HOLDER), task_id, question)


def _enter_absence(world: World) -> dict[str, int]:
    """One of the office will be away, long after all that is tried here; and the numbers that go with it."""
    absent, substitute = world.actor(Person.HOLDER), world.actor(STANDS_IN)
    away = substitutions.Away(
        absent.person_id, substitute.person_id, date(2025, 6, 2), date(2025, 6, 6), "Nghỉ phép"
    )
    with world.database.write() as work:
        substitutions.enter(work, absent, LOCALITY, away)
    return {
        "group_id": absent.seats[0].group_id,
        "absent_id": absent.person_id,
        "substitute_id": substitute.person_id,
    }


def _extend(world: World) -> None:
    actor = world.actor(Person.ADMINISTRATOR)
    where = opened_deadlines.Place(LOCALITY, "annual-2024", "unit_submission")
    with world.database.write() as work:
        deadlines.extend(work, actor, where, deadlines.Extending("van_gia", date(2024, 12, 4)), reason="Bão")


def _put_file(world: World, who: Person, task_id: int) -> None:
    with world.database.write() as work:
        form_uploads.add(
            work,
            world.actor(who),
            world.folder,
            task_id,
            "papers",
            display_name="bien-ban.pdf",
            stream=BytesIO(files.pdf()),
        )


def _add_own_things(world: World, dossier_ids: Iterable[int]) -> None:
    """What people make for themselves: each thing is the clerk's."""
    actor = world.actor(Person.CLERK)
    with world.database.write() as work:
        feeds.open_feed(work, actor, "Lịch của tôi")
        views.save(work, actor, views.Told("Việc của tôi", Wanted(Folder.MINE)))
        for dossier_id in dossier_ids:
            comments.write(work, actor, dossier_id, "Nhờ xem giúp.", Scope.DOSSIER)
