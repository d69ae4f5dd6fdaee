"""Reminder ladders: created, changed and withdrawn here. Which deadline reminds by which, deadlines say.

Whatever changes them replans, in the same Work, the reminders that wait in every round; what was sent
for the same task, deadline date and rule is not sent again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from service.domain.amendments import LONGEST_NAME, Subject
from service.domain.deadlines import Deadline
from service.domain.errors import Conflict, Invalid, Message, NotFound, message
from service.domain.labels import Label
from service.domain.opinions import LADDER as OF_QUESTIONS
from service.domain.organisations import Function
from service.domain.people import Actor
from service.domain.reminders import Audience, DayCount, Ladder, PlannedReminder, Rung, keyed, materialise
from service.domain.words import normalise, search_key
from service.operations import calendars
from service.operations.process.effects import Effect
from service.operations.schedule import amendments, resolving, rounds
from service.operations.schedule.deadline_changes import Why
from service.operations.schedule.rounds import RoundPage
from service.operations.staff import directories
from service.store import effects, localities
from service.store import tables as rows
from service.store.work import Work

DEFAULT = "default"
"""The ladder that holds where no other is named."""
NEW = "new"
"""Stands where a ladder's key would, until there is one: no key is called so."""
_LONGEST_KEY = 60
_NAMES = {DEFAULT: Label("Mặc định", "Default"), OF_QUESTIONS: Label("Xin ý kiến", "Opinions")}
"""What ladders of the files are called that have a task of their own."""


@dataclass(frozen=True, slots=True)
class LadderPage:
    """A ladder with its name, and the deadlines that remind by it.

    `amended` is one that was changed or created here, `in_files` one that the files name.
    """

    ladder: Ladder
    name: Label
    amended: bool
    in_files: bool
    deadlines: tuple[tuple[RoundPage, Deadline], ...]

    @property
    def of_questions(self) -> bool:
        """Whether it reminds those who have been asked for an opinion or a vote."""
        return self.ladder.key == OF_QUESTIONS


@dataclass(frozen=True, slots=True)
class Dated:
    """The reminders of a ladder for one deadline, with the instants at which they will be sent."""

    page: RoundPage
    deadline: Deadline
    reminders: tuple[tuple[Rung, PlannedReminder], ...]


def every(work: Work, locality_id: str) -> list[LadderPage]:
    """All ladders of a locality, the default one first.

    Raises:
        NotFound: when the locality has never been loaded.
    """
    locality = localities.get(work, locality_id)
    pages = rounds.list_rounds(work, locality_id, duties=True)
    known = directories.of(work, locality).ladders
    in_files = _in_files(work, locality)
    rows_of = localities.ladders(work, locality_id)
    return [
        LadderPage(
            ladder=known.get(key, Ladder(key, ())),
            name=name,
            amended=rows_of[key].amended,
            in_files=key in in_files,
            deadlines=tuple(
                (page, deadline) for page in pages for deadline in page.deadlines if deadline.ladder == key
            ),
        )
        for key, name in names(work, locality_id).items()
    ]


def names(work: Work, locality_id: str) -> dict[str, Label]:
    """What the ladders of a locality are called, by key, the default one first."""
    found = localities.ladders(work, locality_id)
    return {key: _name(found[key]) for key in sorted(found, key=lambda key: (key != DEFAULT, key))}


def show(work: Work, locality_id: str, key: str) -> LadderPage:
    """One ladder.

    Raises:
        NotFound: there is no such locality or ladder.
    """
    for page in every(work, locality_id):
        if page.ladder.key == key:
            return page
    raise _unknown(key)


def dates(work: Work, locality_id: str, ladder: Ladder, *, most: int = 6) -> list[Dated]:
    """When the reminders of a ladder, perhaps a new one, go out for the deadlines that use it.

    Those whose last day is still to come, the nearest first; where none is, the latest round's. A ladder
    that no deadline uses yet is shown with the deadlines of the default one.
    """
    locality = localities.get(work, locality_id)
    calendar, today = calendars.of(work, locality), calendars.today(work, locality)
    dated = [
        (page, deadline)
        for page in rounds.list_rounds(work, locality_id, duties=True)
        if page.round.active
        for deadline in page.deadlines
        if deadline.last_day is not None
    ]
    used = [one for one in dated if one[1].ladder == ladder.key] or dated
    coming = [one for one in used if one[1].last_day is not None and one[1].last_day >= today]
    latest = max((page.round.year for page, _ in used), default=0)
    chosen = coming or [one for one in used if one[0].round.year == latest]
    chosen.sort(key=lambda one: (one[1].last_day or today, one[0].round.id))
    by_key = {rung.key: rung for rung in ladder.rungs}
    return [
        Dated(
            page,
            deadline,
            tuple((by_key[one.rule_key], one) for one in materialise(ladder, deadline, calendar)),
        )
        for page, deadline in chosen[:most]
    ]


def save(
    work: Work,
    actor: Actor,
    locality_id: str,
    key: str,
    name: Label,
    rungs: Sequence[Rung],
    *,
    reason: str,
    seen: int | None = None,
) -> Effect:
    """Gives a ladder other rungs and another name; the keys of the rungs given are of no account.

    Raises:
        NotAllowed: the actor may not amend.
        NotFound: there is no such ladder.
        Conflict: the locality's rules have changed since the edition `seen`.
        Invalid: naming every wrong field.
    """
    locality = amendments.begin(work, actor, locality_id)
    resolving.require_unchanged(locality, seen)
    row = localities.ladders(work, locality_id).get(key)
    if row is None:
        raise _unknown(key)
    return _write(work, Why(actor, reason), locality, row, _checked_name(name), rungs)


def create(
    work: Work,
    actor: Actor,
    locality_id: str,
    name: Label,
    rungs: Sequence[Rung],
    *,
    reason: str,
    seen: int | None = None,
) -> tuple[str, Effect]:
    """Makes a new ladder; its key is made of its name.

    Raises:
        NotAllowed: the actor may not amend.
        Invalid: naming every wrong field.
        Conflict: another ladder is called so, or the locality's rules have changed since `seen`.
    """
    locality = amendments.begin(work, actor, locality_id)
    resolving.require_unchanged(locality, seen)
    name = _checked_name(name)
    key = key_of(name)
    if not key or key == NEW:
        raise Invalid(_NOT_SAVED, {"name_vi": message("Choose another name, with letters.")})
    if key in localities.ladders(work, locality_id):
        raise Conflict(message("There is a ladder {name} already. Choose another name.", name=name.vi))
    row = rows.Ladder(locality_id=locality_id, key=key, name_vi="", name_en="")
    work.session.add(row)
    return key, _write(work, Why(actor, reason), locality, row, name, rungs, fresh=True)


def withdraw(
    work: Work, actor: Actor, locality_id: str, key: str, *, reason: str, seen: int | None = None
) -> Effect:
    """Takes back what was changed here: the ladder follows the files again, or goes if they do not know it.

    Raises:
        NotAllowed: the actor may not amend.
        NotFound: there is no such ladder.
        Conflict: it is the files' own, or it is in use and the files do not know it.
    """
    locality = amendments.begin(work, actor, locality_id)
    resolving.require_unchanged(locality, seen)
    page = show(work, locality_id, key)
    row = localities.ladders(work, locality_id)[key]
    if not row.amended:
        raise Conflict(message("This ladder was not changed here: it is as the files have it."))
    written = _in_files(work, locality).get(key)
    if written is None:
        _require_unused(work, locality_id, page)
    before, following = _told(page.ladder, page.name), resolving.Following(work, locality)
    _replace_rungs(work, locality_id, key, written.rungs if written else ())
    if written is None:
        work.session.delete(row)
    else:
        row.name_vi, row.name_en, row.amended = "", "", False
    after = None if written is None else _told(written, _name(row))
    return _follow(work, Why(actor, reason), locality, key, before, after, following)


def history(work: Work, locality_id: str, key: str | None = None) -> list[rows.Amendment]:
    """What was changed about the ladders here, the newest first; about one if its key is given."""
    return amendments.history(work, locality_id, Subject.LADDER, key)


def key_of(name: Label) -> str:
    """The key of a ladder, made of its name: "Nhắc sớm" becomes "nhac-som"."""
    words = "".join(letter if letter.isalnum() else " " for letter in search_key(name.vi))
    return "-".join(words.encode("ascii", "ignore").decode().split())[:_LONGEST_KEY].rstrip("-")


_NOT_SAVED = message("The ladder was not changed: something needs correcting.")


def _write(
    work: Work,
    why: Why,
    locality: rows.Locality,
    row: rows.Ladder,
    name: Label,
    wanted: Sequence[Rung],
    *,
    fresh: bool = False,
) -> Effect:
    known = calendars.ladder(localities.reminder_rules(work, locality.id), row.key)
    rungs = keyed(wanted, known.rungs)
    _require_reachable(work, locality, rungs)
    before = None if fresh else _told(known, _name(row))
    following = resolving.Following(work, locality)
    row.name_vi, row.name_en, row.amended = name.vi, name.en, True
    _replace_rungs(work, locality.id, row.key, rungs)
    after = _told(Ladder(row.key, rungs), name)
    return _follow(work, why, locality, row.key, before, after, following)


def _follow(
    work: Work,
    why: Why,
    locality: rows.Locality,
    key: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    following: resolving.Following,
) -> Effect:
    amendments.record(
        work, why.actor, locality, Subject.LADDER, key, before=before, after=after, reason=why.reason
    )
    return following.follow(why)


def _replace_rungs(work: Work, locality_id: str, key: str, rungs: Iterable[Rung]) -> None:
    known = {row.key: row for row in localities.reminder_rules(work, locality_id) if row.ladder == key}
    for position, rung in enumerate(rungs):
        row = known.pop(rung.key, None) or rows.ReminderRule(
            locality_id=locality_id, ladder=key, key=rung.key
        )
        row.days, row.count, row.at = rung.days, rung.count.value, rung.at
        row.audience, row.position = rung.audience.value, position
        work.session.add(row)
    for gone in known.values():
        work.session.delete(gone)
    work.session.flush()


def _checked_name(name: Label) -> Label:
    vietnamese = normalise(name.vi)
    checked = Label(vietnamese, normalise(name.en) or vietnamese)
    wrong: dict[str, Message] = {}
    if not checked.vi:
        wrong["name_vi"] = message("Give the ladder a name, such as: early reminders.")
    for field, text in (("name_vi", checked.vi), ("name_en", checked.en)):
        if len(text) > LONGEST_NAME:
            wrong[field] = message("At most {most} characters.", most=LONGEST_NAME)
    if wrong:
        raise Invalid(_NOT_SAVED, wrong)
    return checked


def _require_reachable(work: Work, locality: rows.Locality, rungs: Iterable[Rung]) -> None:
    """Every audience of a ladder can have somebody in it, as the locality's roles are."""
    directory = directories.of(work, locality)
    heads = {role.function for role in directory.roles.values() if role.head}
    reachable = {
        Audience.UNIT_HEAD: Function.UNIT in heads,
        Audience.OFFICE_HEAD: bool(heads),
        Audience.CHAIRMAN_OFFICE: directory.role_of(Function.CHAIRMAN_OFFICE, head=False) is not None,
        Audience.FOCAL_OFFICE: any(group.focal for group in directory.groups.values()),
    }
    missing = sorted({rung.audience for rung in rungs if not reachable.get(rung.audience, True)})
    if missing:
        text = message("This locality has nobody of that kind to remind. Choose somebody else.")
        raise Invalid(_NOT_SAVED, {f"audience:{audience}": text for audience in missing})


def _require_unused(work: Work, locality_id: str, page: LadderPage) -> None:
    if page.deadlines:
        told = ", ".join(f"{one.round.key}/{deadline.key}" for one, deadline in page.deadlines)
        raise Conflict(
            message("Deadlines remind by this ladder: {deadlines}. Give them another first.", deadlines=told)
        )
    if effects.reminds_by(work, locality_id, page.ladder.key):
        raise Conflict(message("Open tasks remind by this ladder, as their diagram says. It has to stay."))


def _unknown(key: str) -> NotFound:
    return NotFound(message("This locality has no ladder {key}.", key=key))


def _in_files(work: Work, locality: rows.Locality) -> dict[str, Ladder]:
    """The ladders of the files loaded last, by key."""
    version = localities.newest_version(work, locality.id)
    written: Sequence[Mapping[str, Any]] = version.content.get("ladders", []) if version else []
    return {one["key"]: Ladder(one["key"], tuple(_rung(rung) for rung in one["rungs"])) for one in written}


def _rung(told: Mapping[str, Any]) -> Rung:
    return Rung(
        told["key"],
        told["days"],
        Audience(told["audience"]),
        DayCount(told["count"]),
        time.fromisoformat(told["at"]),
    )


def _name(row: rows.Ladder) -> Label:
    """The name of a ladder; one of the files is called by its key until it is given a name here."""
    if row.name_vi:
        return Label(row.name_vi, row.name_en or row.name_vi)
    return _NAMES.get(row.key) or Label(row.key, row.key)


def _told(ladder: Ladder, name: Label) -> dict[str, Any]:
    return {"name": {"vi": name.vi, "en": name.en}, "rungs": [rung_json(rung) for rung in ladder.rungs]}


def as_json(work: Work, locality_id: str) -> dict[str, Any]:
    """All ladders in the shape that the API and the command line give."""
    return {
        "edition": localities.get(work, locality_id).edition,
        "ladders": [
            {
                "key": page.ladder.key,
                "name": {"vi": page.name.vi, "en": page.name.en},
                "amended": page.amended,
                "in_files": page.in_files,
                "rungs": [rung_json(rung) for rung in page.ladder.rungs],
                "deadlines": [
                    {"round": one.round.key, "deadline": deadline.key} for one, deadline in page.deadlines
                ],
            }
            for page in every(work, locality_id)
        ],
    }


def rung_json(rung: Rung) -> dict[str, Any]:
    """A rung in plain values, as amendments, the API and the command line tell it."""
    return {
        "key": rung.key,
        "days": rung.days,
        "count": rung.count.value,
        "at": f"{rung.at:%H:%M}",
        "audience": rung.audience.value,
    }
