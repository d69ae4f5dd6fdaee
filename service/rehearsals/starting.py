"""Starting a rehearsal beside the request that asks for it, in a thread of its own."""

from threading import Thread

from service.clock import monotonic
from service.domain.errors import Invalid, Message, TrinhError, message
from service.domain.people import Actor
from service.log import get_logger
from service.operations.access import require_administrator
from service.operations.schedule import rounds
from service.operations.services import Services
from service.rehearsals import staging, telling
from service.rehearsals.asking import Asked, Proposal
from service.rehearsals.keeping import Kept, Shelf
from service.rehearsals.rehearsing import rehearse

MOST_UNITS_BESIDE = 200
"""More than this is for the command line: it would keep the processor from the screens for minutes."""
LEAST_BETWEEN_BEATS = 0.5
"""Seconds between two notes of progress."""
_log = get_logger(__name__)


def shelf(services: Services) -> Shelf:
    """Where the rehearsals of an installation are kept."""
    return Shelf(services.settings.data_folder / "rehearsals")


def start(services: Services, actor: Actor, asked: Asked, proposal: Proposal) -> Kept:
    """Starts a rehearsal for an administrator and returns at once.

    Raises:
        NotAllowed: for anybody else.
        Invalid, NotFound: what is asked cannot be.
        Conflict: too many are running.
    """
    require_administrator(actor)
    asked.check(MOST_UNITS_BESIDE)
    with services.database.read() as work:
        staging.coming_along(work, asked, MOST_UNITS_BESIDE)
        deadlines = rounds.show(work, asked.locality_id, asked.round_key).deadlines
        change = telling.in_words(proposal, deadlines)
    kept = shelf(services).begin(actor.person_id, asked.locality_id, asked.round_key, change)
    Thread(target=_run, args=(services, kept, asked, proposal), daemon=True, name="rehearsal").start()
    return kept


def _run(services: Services, kept: Kept, asked: Asked, proposal: Proposal) -> None:
    place = shelf(services)
    last = monotonic()

    def beat(share: float) -> None:
        nonlocal last
        if monotonic() - last >= LEAST_BETWEEN_BEATS:
            last = monotonic()
            place.beat(kept, share)

    try:
        place.finish(kept, rehearse(services.database, asked, proposal, beat))
    except TrinhError as error:
        place.fail(kept, _whole(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, the thread must say that it has ended
        _log.error("rehearsal_failed", rehearsal=kept.id, reason=type(error).__name__)
        place.fail(kept, message("The rehearsal broke off by a fault of the service. It is in the log."))


def _whole(error: TrinhError) -> Message:
    """What is wrong with its first place named, since there is no form any more to show it at."""
    if isinstance(error, Invalid) and error.fields:
        place, problem = next(iter(error.fields.items()))
        return message("{wrong} {place}: {problem}", wrong=error.message, place=place, problem=problem)
    return error.message
