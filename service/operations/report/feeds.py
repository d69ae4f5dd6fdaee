"""Addresses from which calendar programs read deadlines: opened, renewed, revoked, and read.

The address is the only proof of who reads, so it carries a secret of which the database knows the hash;
it is told once, and it lets nobody do anything but read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from service import feeds
from service.domain.errors import Conflict, Invalid, Message, NotFound, message
from service.domain.labels import Label, Language
from service.domain.people import Actor
from service.domain.words import normalise
from service.domain.zones import VIETNAM
from service.feeds import Event, Feed
from service.operations import access, step_names
from service.operations.report import agendas
from service.operations.report.agendas import RoundDay
from service.operations.staff import passwords
from service.store import agendas as agenda_rows
from service.store import feeds as rows
from service.store import people
from service.store.tables import CalendarFeed, Round, UserTask
from service.store.work import Work
from service.translations import in_words

MOST_FEEDS = 20
LONGEST_LABEL = 100
TOLD_CLOSED_FOR = timedelta(days=30)
"""How long a closed task is still told as cancelled, to programs that keep what they once read."""
NOTED_AGAIN_AFTER = timedelta(minutes=5)
"""How exact the last reading is told: a program that asks often does not write as often."""
_NO_FEED = message("There is no such calendar address, or it has been revoked.")


@dataclass(frozen=True, slots=True)
class Opened:
    """A feed just opened: its secret is shown once, to whoever asked for it."""

    feed: CalendarFeed
    secret: str


@dataclass(frozen=True, slots=True)
class Published:
    """What a calendar program gets. `unnoted`: the reading is to be noted (`note_reading`)."""

    feed_id: int
    content: bytes
    changed_at: datetime
    unnoted: bool


def mine(work: Work, actor: Actor) -> list[CalendarFeed]:
    """The feeds of a person that have not been revoked, oldest first."""
    return rows.standing(work, actor.person_id)


def open_feed(work: Work, actor: Actor, label: str, round_id: int | None = None) -> Opened:
    """Opens a feed of one's own tasks, or of the deadlines of a round.

    Raises:
        Invalid: the label is too long.
        Conflict: when there are too many already.
        NotFound: when there is no such round in the actor's localities.
    """
    if round_id is not None:
        round_ = work.session.get(Round, round_id)
        if round_ is None or not access.may_see_locality(actor, round_.locality_id):
            raise NotFound(message("There is no such round."))
    cleaned = normalise(label)
    if len(cleaned) > LONGEST_LABEL:
        raise Invalid(
            message("Check the marked fields and send again."),
            {"label": message("At most {most} characters.", most=LONGEST_LABEL)},
        )
    if len(mine(work, actor)) >= MOST_FEEDS:
        raise Conflict(
            message(
                "You have {most} calendar addresses. Revoke one before you open another.", most=MOST_FEEDS
            )
        )
    return _open(work, actor, cleaned, round_id)


def renew(work: Work, actor: Actor, feed_id: int) -> Opened:
    """Gives a feed a new address; the old one ends at once.

    Raises:
        NotFound: when it is not one of theirs, or has been revoked.
    """
    old = revoke(work, actor, feed_id)
    return _open(work, actor, old.label, old.round_id)


def revoke(work: Work, actor: Actor, feed_id: int) -> CalendarFeed:
    """Ends a feed for good: its address is unknown from now on.

    Raises:
        NotFound: when it is not one of theirs, or has been revoked before.
    """
    feed = rows.one(work, actor.person_id, feed_id)
    if feed is None:
        raise NotFound(_NO_FEED)
    feed.revoked_at = work.now
    return feed


def publish(work: Work, secret: str, base_url: str) -> Published:
    """The calendar behind an address, in the language of its owner and with what they may see now.

    Raises:
        NotFound: when no feed has that secret, or its owner may not read it any more.
    """
    row = rows.by_hash(work, passwords.hash_secret(secret))
    if row is None or not row.person.active:
        raise NotFound(_NO_FEED)
    actor = people.actor_of(work, row.person)
    if row.round is not None and not access.may_see_locality(actor, row.round.locality_id):
        raise NotFound(_NO_FEED)
    writer = _Writer(work, actor, base_url)
    feed = writer.of_person() if row.round is None else writer.of_round(row.round)
    changed_at = max((event.changed_at for event in feed.events), default=row.created_at)
    unnoted = row.read_at is None or work.now - row.read_at >= NOTED_AGAIN_AFTER
    return Published(row.id, feeds.write(feed), changed_at, unnoted)


def note_reading(work: Work, feed_id: int) -> None:
    """Remembers that a calendar program has just read."""
    feed = work.session.get(CalendarFeed, feed_id)
    if feed is not None:
        feed.read_at = work.now


def _open(work: Work, actor: Actor, label: str, round_id: int | None) -> Opened:
    secret = passwords.new_secret()
    feed = CalendarFeed(
        token_hash=passwords.hash_secret(secret),
        person_id=actor.person_id,
        round_id=round_id,
        label=label,
        created_at=work.now,
    )
    work.session.add(feed)
    work.session.flush()
    return Opened(feed, secret)


class _Writer:
    """Puts what is owed into events, in one person's language and under one address."""

    def __init__(self, work: Work, actor: Actor, base_url: str) -> None:
        self.work, self.actor = work, actor
        self.base_url = base_url.rstrip("/")
        self.host = urlsplit(base_url).hostname or "trinh"
        self.english = actor.language == Language.ENGLISH

    def of_person(self) -> Feed:
        """The tasks in somebody's hands or that they may take, and those that have closed lately."""
        since = self.work.now - TOLD_CLOSED_FOR
        standing = agenda_rows.open_tasks(self.work, self.actor)
        events = [self._task(task, task.last_day) for task in standing]
        events += [
            self._task(task, task.last_day) for task in agenda_rows.closed_tasks(self.work, self.actor, since)
        ]
        events += self._undated()
        zones = sorted({task.dossier.round.locality.zone for task in standing}) or [VIETNAM.key]
        return self._feed(
            message("Trình: tasks of {name}", name=self.actor.name),
            message("The tasks you hold or may take, on the last day of each."),
            zones[0],
            events,
        )

    def of_round(self, round_: Round) -> Feed:
        """The deadlines of a round."""
        events = [self._deadline(day) for day in agendas.of_round(self.work, self.actor, round_)]
        name = Label(round_.name_vi, round_.name_en)
        return self._feed(
            message("Trình: {round}", round=name),
            message("The deadlines of the round, on the last day of each."),
            round_.locality.zone,
            events,
        )

    def _feed(self, name: Message, about: Message, zone: str, events: list[Event | None]) -> Feed:
        known = sorted((event for event in events if event), key=lambda event: (event.day, event.uid))
        language = Language.ENGLISH if self.english else Language.VIETNAMESE
        return Feed(self._say(name), self._say(about), language.value, zone, known)

    def _undated(self) -> list[Event | None]:
        """Tasks whose date was taken back: told as cancelled on the day that they had."""
        moved = [task for task in agenda_rows.undated_tasks(self.work, self.actor) if task.sequence]
        known = agenda_rows.last_known_days(
            self.work, [task.deadline_id for task in moved if task.deadline_id is not None]
        )
        return [self._task(task, known.get(task.deadline_id or 0)) for task in moved]

    def _task(self, task: UserTask, day: object) -> Event | None:
        last_day = day if task.last_day is None else task.last_day
        if last_day is None:
            return None
        dossier, deadline = task.dossier, task.deadline
        round_ = dossier.round
        closed = task.closed_at is not None
        moves = [task.opened_at, task.closed_at, deadline and deadline.moved_at]
        moves += [task.extension and task.extension.granted_at]
        lines = [
            message("Round: {round}", round=Label(round_.name_vi, round_.name_en)),
            message("Unit: {unit}", unit=Label(dossier.unit.name_vi, dossier.unit.name_en)),
            *self._when(task.due_at, round_),
        ]
        if task.assignee is not None and task.assignee_id != self.actor.person_id and not closed:
            away = self.actor.holds(task.assignee_id, task.group_id)
            lines.append(
                message("You act in place of {name}, who is away.", name=task.assignee.name)
                if away
                else message("{name} works on it for you.", name=task.assignee.name)
            )
        if closed:
            lines.insert(0, message("This step is closed; nothing is left to do."))
        return Event(
            uid=f"task-{task.id}@{self.host}",
            day=last_day,  # type: ignore[arg-type]
            summary=f"{self._step(task)}: {dossier.code}",
            description=self._text(lines),
            address=f"{self.base_url}/tasks/{task.id}",
            categories=(str(in_words(Label(round_.name_vi, round_.name_en), self.actor.language)),),
            sequence=task.sequence + closed,
            changed_at=max(moment for moment in moves if moment is not None),
            cancelled=closed or task.last_day is None,
        )

    def _deadline(self, day: RoundDay) -> Event | None:
        row, round_ = day.deadline, day.round
        shown = day.last_day or day.last_known
        if shown is None:
            return None
        name, of_round = Label(row.name_vi, row.name_en), Label(round_.name_vi, round_.name_en)
        lines = [message("Round: {round}", round=of_round), *self._when(day.due_at, round_)]
        if day.extension is not None:
            lines.append(message("Extended for your unit: {reason}", reason=day.extension.reason))
        if day.last_day is None:
            lines.insert(0, message("This deadline has no date at present."))
        if row.source_section:
            lines.append(
                message(
                    "Source: {section}, {document}", section=row.source_section, document=row.source_document
                )
            )
        moves = [row.moved_at, day.extension and day.extension.granted_at]
        return Event(
            uid=f"deadline-{row.id}@{self.host}",
            day=shown,
            summary=str(in_words(name, self.actor.language)),
            description=self._text(lines),
            address=f"{self.base_url}/rounds/{round_.key}?locality={round_.locality_id}",
            categories=(str(in_words(of_round, self.actor.language)),),
            sequence=row.sequence,
            changed_at=max((one for one in moves if one is not None), default=round_.locality.loaded_at),
            cancelled=day.last_day is None,
        )

    def _when(self, due_at: datetime | None, round_: Round) -> Iterable[Message]:
        """The first late instant: a calendar shows the day, and people ask whether it still counts."""
        if due_at is not None:
            local = due_at.astimezone(ZoneInfo(round_.locality.zone))
            yield message("This day still counts. Late from {moment}.", moment=local)

    def _step(self, task: UserTask) -> str:
        if not self.english:
            return task.name
        names = step_names.by_element(self.work, task.dossier.round.process_key)
        return names.get(task.element_id) or task.name

    def _text(self, lines: Iterable[Message]) -> str:
        return "\n".join(self._say(line) for line in lines)

    def _say(self, text: Message) -> str:
        return str(in_words(text, self.actor.language))
