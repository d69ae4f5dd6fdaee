"""Opening duty reports: by themselves when their time has come, or by an administrator."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from service.domain.dossiers import DossierKind, DossierStatus
from service.domain.duties import OPENS_BEFORE, owes
from service.domain.errors import Conflict, NotFound, Overtaken, TrinhError, Unavailable, message
from service.domain.incidents import IncidentKind
from service.domain.people import SYSTEM, Actor
from service.log import get_logger
from service.operations import access, calendars
from service.operations.dossier import editing
from service.operations.histories import Entry
from service.operations.process import processes
from service.operations.process.recordings import By
from service.operations.schedule import duties
from service.store import definitions
from service.store import duties as store
from service.store import tables as rows
from service.store.work import Database, Work

CHUNK = 20
"""Reports opened in one transaction."""
_CODE = "BC"
"""In codes: báo cáo."""
_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """What one sweep did: reports opened, and those that could not be and were reported as incidents."""

    opened: int = 0
    failed: int = 0


def open_due(database: Database, beat: Callable[[], None] = lambda: None) -> Opened:
    """Opens the reports whose time has come for everybody who owes one and has none, in small Works.

    Any number of workers may sweep at once: the round is locked, and an organisation has one report in
    it. What cannot be opened is reported once and left out until its incident is closed. A round whose
    deadline has passed is left alone: it is opened on request only. `beat` is called after each Work.
    """
    with database.read() as work:
        due = [
            round_.id for round_ in store.undue(work) if _is_open(work, round_) and _unserved(work, round_)
        ]
    opened = failed = 0
    for round_id in due:
        while True:
            done = _sweep(database, round_id)
            opened += done.opened
            failed += done.failed
            beat()
            if done.opened + done.failed < CHUNK:
                break
    return Opened(opened, failed)


def next_opening(work: Work) -> datetime | None:
    """The next instant after now at which reports open by themselves, if any are still to be opened."""
    instants = [_opens_at(round_) for round_ in store.undue(work) if _unserved(work, round_)]
    return min((at for at in instants if at is not None and at > work.now), default=None)


def open_by_hand(
    work: Work, actor: Actor, locality_id: str, key: str, unit_key: str | None = None
) -> list[rows.Dossier]:
    """Opens the reports that are still missing in a round, or that of one organisation, whatever the date.

    Raises:
        NotAllowed: when the actor is not an administrator.
        NotFound: unknown duty, or an organisation that does not owe this report.
        Conflict: when no diagram has been deployed, or the organisation has its report.
    """
    access.require_administrator(actor)
    round_ = duties.duty_round(work, locality_id, key)
    definition = diagram(work, round_)
    round_, number = store.lock_year(work, round_.id)
    owing = [
        unit for unit in _owing(work, round_) if unit_key in {None, unit.key} and _stands(work, round_, unit)
    ]
    if unit_key is not None and not owing:
        known = {unit.key: report for unit, report in store.owners(work, round_)}
        if known.get(unit_key) is not None:
            raise Conflict(message("This report is open already: look at its page."))
        raise NotFound(message("{unit} does not owe this report.", unit=unit_key))
    return [
        _open(work, round_, unit, definition.id, number + position, actor)
        for position, unit in enumerate(owing, start=1)
    ]


def diagram(work: Work, round_: rows.Round) -> rows.ProcessDefinition:
    """The newest diagram that the reports of a round run on.

    Raises:
        Conflict: none has been deployed; no report opens then.
    """
    found = definitions.newest(work, round_.process_key)
    if found is None:
        raise Conflict(
            message("No diagram {key} has been deployed yet. Run `trinh deploy`.", key=round_.process_key)
        )
    return found


def _sweep(database: Database, round_id: int) -> Opened:
    """One chunk of a round; if it fails, one organisation at a time, so that one does not stop the others."""
    try:
        with database.write() as work:
            return Opened(opened=open_some(work, round_id, CHUNK))
    except (Overtaken, Unavailable, Conflict):
        return Opened()  # Somebody else opens them, or the next tick does.
    except Exception as error:  # noqa: BLE001 - told below, by organisation
        _log.warning("reports_failed", round=round_id, reason=type(error).__name__)
    return _one_by_one(database, round_id)


def _one_by_one(database: Database, round_id: int) -> Opened:
    opened = failed = 0
    for _ in range(CHUNK):
        try:
            with database.write() as work:
                number = open_some(work, round_id, 1)
            if not number:
                break
            opened += number
        except (Overtaken, Unavailable, Conflict):
            break
        except Exception as error:  # noqa: BLE001 - whatever it is, the others must get their report
            # The text of an unknown error may carry somebody's data; its kind does not.
            _park(database, round_id, str(error) if isinstance(error, TrinhError) else type(error).__name__)
            failed += 1
    return Opened(opened, failed)


def _park(database: Database, round_id: int, reason: str) -> None:
    """Reports the organisation that comes next as one whose report cannot be opened."""
    with database.write() as work:
        round_, _ = store.lock_year(work, round_id)
        unit = next(iter(_unserved(work, round_)), None)
        if unit is not None:
            detail = f"{_place(round_)}/{unit.key}: {reason}"
            _log.error("report_failed", round=round_.key, unit=unit.key, reason=reason)
            work.session.add(rows.Incident(kind=IncidentKind.REPORT, detail=detail, opened_at=work.now))


def open_some(work: Work, round_id: int, most: int) -> int:
    """Opens at most so many reports of a round whose time has come; returns how many it has opened."""
    round_, number = store.lock_year(work, round_id)
    definition = definitions.newest(work, round_.process_key)
    if definition is None or not _is_open(work, round_):
        return 0
    chosen = _unserved(work, round_)[:most]
    for position, unit in enumerate(chosen, start=1):
        _open(work, round_, unit, definition.id, number + position, SYSTEM)
    return len(chosen)


def _open(
    work: Work, round_: rows.Round, unit: rows.Organisation, definition_id: int, number: int, actor: Actor
) -> rows.Dossier:
    """Opens one report in a locked round; its owner finds it in the inbox."""
    dossier = rows.Dossier(
        locality_id=round_.locality_id,
        round_id=round_.id,
        unit_id=unit.id,
        kind=DossierKind.DUTY,
        code=f"{round_.locality.code_prefix}-{_CODE}-{round_.year}-{number:04d}",
        title=round_.name_vi,
        status=DossierStatus.DRAFT,
        created_at=work.now,
        created_by_id=None if actor is SYSTEM else actor.person_id,
        search_key="",
        version=0,
        round=round_,
        unit=unit,
    )
    editing.index(dossier)
    round_.dossiers_opened += 1
    work.session.add(dossier)
    work.session.flush()
    entry = Entry("report_opened", params={"round": round_.key, "unit": unit.key})
    processes.start(work, dossier, definition_id, By(actor, entry))
    return dossier


def _is_open(work: Work, round_: rows.Round) -> bool:
    """Whether the time of a round's reports has come, and their deadline has not passed."""
    opens_at, last_day = _opens_at(round_), _last_day(round_)
    if opens_at is None or last_day is None:
        return False
    return opens_at <= work.now and calendars.today(work, round_.locality) <= last_day


def _opens_at(round_: rows.Round) -> datetime | None:
    """The local midnight at which reports open; None while their deadline has no date."""
    last_day, opens_on = _last_day(round_), round_.opens_on
    if last_day is None:
        return None
    if opens_on is None or opens_on > last_day:
        # The date was set, or moved ahead, after the configuration was loaded.
        opens_on = last_day - timedelta(days=OPENS_BEFORE)
    return datetime.combine(opens_on, time.min, tzinfo=ZoneInfo(round_.locality.zone))


def _last_day(round_: rows.Round) -> date | None:
    return max((one.last_day for one in round_.deadlines if one.last_day), default=None)


def _owing(work: Work, round_: rows.Round) -> list[rows.Organisation]:
    """Those who owe a report and have none."""
    today, last_day = calendars.today(work, round_.locality), _last_day(round_)
    return [
        unit
        for unit, report in store.owners(work, round_)
        if report is None and owes(unit.valid_from, unit.valid_to, today, last_day)
    ]


def _unserved(work: Work, round_: rows.Round) -> list[rows.Organisation]:
    """The same, without those whose report could not be opened and waits for an administrator."""
    owing = _owing(work, round_)
    parked = [detail.partition(":")[0] for detail in store.parked(work, _place(round_))] if owing else []
    return [unit for unit in owing if f"{_place(round_)}/{unit.key}" not in parked]


def _stands(work: Work, round_: rows.Round, unit: rows.Organisation) -> bool:
    """Whether there is still anybody to send it: what was dissolved since owes nothing any more."""
    return unit.valid_to is None or unit.valid_to >= calendars.today(work, round_.locality)


def _place(round_: rows.Round) -> str:
    return f"{round_.locality_id}/{round_.key}"
