"""Rounds and their deadlines: listing them with their sources, moving what depends on a date."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from service.domain import deadlines as rules
from service.domain.calendars import WorkingCalendar
from service.domain.deadlines import Deadline
from service.domain.labels import Language
from service.domain.people import SYSTEM, Actor
from service.domain.rounds import RoundKind
from service.operations import access, calendars, dues
from service.operations.histories import Entry
from service.operations.process import processes
from service.operations.process.recordings import By
from service.store import deadlines as deadline_rows
from service.store import dossiers, localities, locks
from service.store import tables as rows
from service.store.work import Work
from service.translations import in_words

_CHUNK = 500
"""Dossiers whose rows are read and written together."""


@dataclass(frozen=True, slots=True)
class RoundPage:
    """A round with its deadlines resolved, and how many dossiers run in it.

    `extensions` are the later days of single units that hold now, by the key of the deadline.
    """

    round: rows.Round
    locality: rows.Locality
    deadlines: tuple[Deadline, ...]
    extensions: Mapping[str, Sequence[rows.DeadlineExtension]]
    calendar: WorkingCalendar
    running: int


def visible_localities(work: Work, actor: Actor) -> list[rows.Locality]:
    """The localities whose rounds the actor may see: their own; all of them for an administrator."""
    return [row for row in localities.every(work) if access.may_see_locality(actor, row.id)]


def list_rounds(work: Work, locality_id: str, *, duties: bool = False) -> list[RoundPage]:
    """The rounds of awarding of a locality, oldest first; those of its duties too if `duties` are asked for.

    Raises:
        NotFound: when the locality has never been loaded.
    """
    locality = localities.get(work, locality_id)
    found = [one for one in localities.rounds(work, locality_id) if duties or one.kind != RoundKind.DUTY]
    return [_page(work, locality, round_) for round_ in found]


def show(work: Work, locality_id: str, key: str) -> RoundPage:
    """One round by its key, such as `annual-2024`.

    Raises:
        NotFound: unknown locality or round.
    """
    return _page(work, localities.get(work, locality_id), localities.round_of(work, locality_id, key))


def deadlines_json(
    work: Work, locality_id: str, round_key: str | None = None, language: str = Language.VIETNAMESE
) -> list[dict[str, object]]:
    """Every deadline of every round (or of one) in the shape of the command line and the API."""
    pages = [show(work, locality_id, round_key)] if round_key else list_rounds(work, locality_id)
    return [one for page in pages for one in page_json(page, language)]


def page_json(page: RoundPage, language: str) -> list[dict[str, object]]:
    """The deadlines of one round in that shape, each with the later days of single units."""
    zone = ZoneInfo(page.locality.zone)
    return [
        deadline_json(deadline, page.calendar, language)
        | {
            "extensions": [
                _extension_json(one, zone, page.calendar, language)
                for one in page.extensions.get(deadline.key, ())
            ]
        }
        for deadline in page.deadlines
    ]


def dossier_json(work: Work, dossier: rows.Dossier, language: str) -> list[dict[str, object]]:
    """The deadlines as they hold for one dossier: of its unit, and for what is to be supplemented.

    `extension` is the extension of its unit, if it holds for the dossier; `supplement` says that the day is
    that of a supplement.
    """
    locality, key = dossier.round.locality, dossier.round.key
    zone, calendar = ZoneInfo(locality.zone), calendars.of(work, locality)
    return [
        deadline_json(due.resolved(key, zone), calendar, language)
        | {
            "extension": due.extension and _extension_json(due.extension, zone, calendar, language),
            "supplement": due.supplement is not None,
        }
        for due in dues.of(work, dossier).values()
        if due.row.active
    ]


def deadline_json(deadline: Deadline, calendar: WorkingCalendar, language: str) -> dict[str, object]:
    """One deadline in that shape."""
    return rules.as_json(deadline, calendar, lambda text: str(in_words(text, language)))


def redate(
    work: Work,
    round_: rows.Round,
    *,
    reason: str,
    actor: Actor = SYSTEM,
    changes: Mapping[str, str] | None = None,
    unit: rows.Organisation | None = None,
    happened: str = "redated",
    clause: str | None = None,
) -> int:
    """Moves due instants, timers and reminders of every running dossier of a round to its present dates.

    To be called in the Work that changed the deadlines; the history of each dossier says why, under the
    kind `happened`, and by which document's clause. With a `unit` only its dossiers follow. Reminders
    already sent for the same deadline date are not sent again.

    Returns:
        How many dossiers they are.
    """
    running = dossiers.running_in_round(work, round_.id, None if unit is None else unit.id)
    by = By(actor, Entry(happened, reason=reason, clause=clause, params=dict(changes or {})))
    for chunk in _chunks(running):
        processes.redate(work, locks.many(work, chunk), by)
    return len(running)


def replan(work: Work, round_: rows.Round) -> None:
    """Makes the pending reminders of a round agree with its ladders, working days and offices as they are.

    No date has moved, so the histories say nothing of it.
    """
    for chunk in _chunks(dossiers.running_in_round(work, round_.id)):
        processes.follow_deadlines(work, locks.many(work, chunk))


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]


def _page(work: Work, locality: rows.Locality, round_: rows.Round) -> RoundPage:
    zone = ZoneInfo(locality.zone)
    active = {row.id: row for row in round_.deadlines if row.active}
    extensions: dict[str, list[rows.DeadlineExtension]] = {}
    for one in deadline_rows.extensions(work, list(active)):
        extensions.setdefault(active[one.deadline_id].key, []).append(one)
    return RoundPage(
        round=round_,
        locality=locality,
        deadlines=tuple(calendars.deadline(row, round_.key, zone) for row in active.values()),
        extensions=extensions,
        calendar=calendars.of(work, locality),
        running=len(dossiers.running_in_round(work, round_.id)),
    )


def _extension_json(
    one: rows.DeadlineExtension, zone: ZoneInfo, calendar: WorkingCalendar, language: str
) -> dict[str, object]:
    warning = rules.warning_of(one.last_day, calendar)
    return {
        "unit": {"key": one.unit.key, "name": {"vi": one.unit.name_vi, "en": one.unit.name_en}},
        "last_day": one.last_day.isoformat(),
        "due_at": one.due_at.astimezone(zone).isoformat(),
        "reason": one.reason,
        "granted_by": one.granted_by_name,
        "granted_at": one.granted_at.astimezone(zone).isoformat(),
        "guidance": one.guidance,
        "warning": None if warning is None else str(in_words(warning, language)),
    }
