"""What machines ask: whether the service works, and its numbers. Neither holds a secret or a name."""

from collections.abc import Iterator
from ipaddress import ip_address

from flask import Blueprint, Response, jsonify, request
from flask_login import current_user
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from service.domain.errors import NotFound, TrinhError, Unavailable, message
from service.log import get_logger
from service.operations.process import escalations
from service.operations.watch import health, workers
from service.operations.watch.workers import LIVING, Crew, State
from service.store import dossiers, mails
from service.store.migrations import require_current
from service.store.work import Work
from service.web.access import open_to_all
from service.web.pages import reading, services

screen = Blueprint("health", __name__)

_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")
_log = get_logger(__name__)


@screen.get("/healthz")
@open_to_all
def healthz() -> Response:
    """200 while the database answers, its schema is current and workers tick and send mail; else 503.

    `status` names the first thing that is wrong: `database_unreachable`, `schema_outdated`, `no_worker`
    (none lives: none was started, or all died), `tick_stalled`, `mail_stalled` or `ok`.
    """
    database, schema, crew = _examine()
    age = crew.last_tick if crew else None
    status = _status(database=database, schema=schema, crew=crew)
    answer = jsonify(
        status=status,
        database="ok" if database else "unreachable",
        schema="current" if schema else "outdated" if database else "unknown",
        last_tick_age_seconds=None if age is None else round(age.total_seconds(), 1),
        ticking=crew.ticking if crew else None,
        mailing=crew.mailing if crew else None,
        workers={state.value: crew.count(state) for state in State} if crew else None,
    )
    answer.status_code = 200 if status == "ok" else 503
    return answer


@screen.get("/metrics")
@open_to_all
def metrics() -> Response:
    """The numbers in the format of Prometheus, for this machine and for administrators.

    Raises:
        NotFound: for anybody else.
    """
    if not (_is_from_here() or (current_user.is_authenticated and current_user.actor.administrator)):
        raise NotFound(message("There is no page at this address. Check it, or start from the inbox."))
    registry = CollectorRegistry(auto_describe=False)
    with reading() as work:
        registry.register(_Numbers(work))
        text = generate_latest(registry)
    return Response(text, content_type=CONTENT_TYPE_LATEST)


class _Numbers(Collector):
    """Everything worth watching, counted when asked."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def collect(self) -> Iterator[Metric]:
        work = self._work
        yield _by_status("trinh_dossiers", "Dossiers by status.", dossiers.count_by_status(work))
        yield _by_status("trinh_mails", "Mails of the outbox still open, by status.", mails.count_open(work))
        for name, number in health.counts(work).items():
            yield GaugeMetricFamily(f"trinh_{name}", name.replace("_", " ").capitalize() + ".", number)
        crew = workers.look(work)
        numbers = {state.value: crew.count(state) for state in State}
        yield _by_label("trinh_workers", "Workers by how they do.", "state", numbers)
        if crew.last_tick is not None:
            age = crew.last_tick.total_seconds()
            yield GaugeMetricFamily("trinh_last_tick_age_seconds", "Seconds since any worker ticked.", age)
        climbs = GaugeMetricFamily(
            "trinh_escalated_steps", "Late steps by level reached and answer.", labels=["level", "answered"]
        )
        for (level, answered), number in sorted(escalations.count_running(work).items()):
            climbs.add_metric([str(level), "yes" if answered else "no"], number)
        yield climbs


def _by_status(name: str, explanation: str, numbers: dict[str, int]) -> GaugeMetricFamily:
    return _by_label(name, explanation, "status", numbers)


def _by_label(name: str, explanation: str, label: str, numbers: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, explanation, labels=[label])
    for value, number in sorted(numbers.items()):
        family.add_metric([value], number)
    return family


def _examine() -> tuple[bool, bool, Crew | None]:
    """Whether the database answers, whether its schema is current, and how the workers do."""
    try:
        require_current(services().database.engine)
        with reading() as work:
            return True, True, workers.look(work)
    except Unavailable as error:
        _log.warning("health_database", reason=type(error).__name__)
        return False, False, None
    except TrinhError:
        return True, False, None
    except Exception as error:  # noqa: BLE001 - whatever keeps the database from answering
        _log.warning("health_database", reason=type(error).__name__)
        return False, False, None


def _status(*, database: bool, schema: bool, crew: Crew | None) -> str:
    if not database:
        return "database_unreachable"
    if not schema or crew is None:
        return "schema_outdated"
    if not crew.count(*LIVING):
        return "no_worker"
    if not crew.ticking:
        return "tick_stalled"
    return "ok" if crew.mailing else "mail_stalled"


def _is_from_here() -> bool:
    """Whether this very machine asks; what a proxy on it passes on comes from elsewhere."""
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
