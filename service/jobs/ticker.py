"""The ticker: APScheduler wakes three jobs: for deadlines, for mail, and for the files that people ask for.

The schedulers hold nothing that a kill could lose: what is due stands in the database. They are started
after any fork. APScheduler waits by the wall clock: set back by an hour, it would sleep for that hour. A
watchdog on the monotonic clock notices a job that has stopped getting on, and replaces its scheduler. It
also gives the signs of life by which others judge this worker, so that a stalled job and a dead process
can be told apart.
"""

import os
import secrets
import socket
import threading
from collections.abc import Callable
from datetime import timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from service.clock import SystemClock, monotonic
from service.log import get_logger
from service.operations.dossier import attachments
from service.operations.mail import sending
from service.operations.report import export_writing
from service.operations.services import Services
from service.operations.watch import ticks, workers

STALLED_AFTER = timedelta(seconds=60)
MAIL_STALLED_AFTER = timedelta(minutes=5)
"""A mail server may let one attempt wait for minutes."""
MOST_PATIENCE = 6
"""How often the wait for a job that stays silent is doubled: it is never given up."""
_log = get_logger(__name__)


class Job:
    """Something done every few seconds by a scheduler of its own, and how long it has been silent."""

    def __init__(self, name: str, act: Callable[[], None], seconds: float, stalled_after: timedelta) -> None:
        self.name = name
        self.scheduler: BackgroundScheduler | None = None
        self._act = act
        self._seconds = seconds
        self._stalled_after = stalled_after.total_seconds()
        self._woken = self._succeeded = monotonic()
        self._failed = False
        self._replaced_at = self._woken
        self._replaced = 0

    @property
    def age(self) -> float:
        """Seconds since it last got on; while it fails each time, since it last came to its end."""
        return monotonic() - (self._succeeded if self._failed else self._woken)

    def beat(self) -> None:
        """Tells that it is getting on."""
        self._woken = monotonic()
        self._replaced = 0

    def start(self) -> None:
        """Begins to wake it, at once and then every few seconds.

        While it still runs, being woken again does nothing: it goes on with the next waking after its end.
        Left to the scheduler, each of these would be a warning in the log. The second thread is for them.
        """
        scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(2)},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 2},
        )
        resting = threading.Lock()  # One for each scheduler: what the last one left hanging binds nobody.

        def wake() -> None:
            if resting.acquire(blocking=False):
                try:
                    self._run()
                finally:
                    resting.release()

        scheduler.add_job(
            wake, "interval", seconds=self._seconds, id=self.name, next_run_time=SystemClock().now()
        )
        scheduler.start()
        self.scheduler = scheduler

    def stop(self, *, wait: bool) -> None:
        """Wakes it no more; with `wait` after what runs has ended."""
        scheduler, self.scheduler = self.scheduler, None
        if scheduler is not None and scheduler.running:
            scheduler.shutdown(wait=wait)

    def replace_if_stalled(self) -> None:
        """Gives it another scheduler when it has been silent for too long, less and less often.

        Whatever the old scheduler says to that, the new one starts.
        """
        patience = self._stalled_after * 2 ** min(self._replaced, MOST_PATIENCE)
        now = monotonic()
        if now - max(self._woken, self._replaced_at) <= patience:
            return
        _log.error("job_stalled", job=self.name, seconds=round(now - self._woken))
        self._replaced += 1
        self._replaced_at = now
        try:
            self.stop(wait=False)
        except Exception:  # noqa: BLE001 - see above
            _log.exception("scheduler_not_stopped", job=self.name)
        self.start()

    def _run(self) -> None:
        """The scheduler logs what it raises and wakes it again: what was due stays due."""
        try:
            self._act()
        except BaseException:
            self._failed = True
            raise
        else:
            self._failed, self._succeeded = False, monotonic()
        finally:
            self.beat()


class Ticker:
    """Runs the jobs of one process until it is stopped."""

    def __init__(
        self,
        services: Services,
        *,
        stalled_after: timedelta = STALLED_AFTER,
        mail_stalled_after: timedelta = MAIL_STALLED_AFTER,
    ) -> None:
        self.services = services
        self.worker_id = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        seconds = services.settings.tick_seconds
        self.deadlines = Job("deadlines", self._tick, seconds, stalled_after)
        self.mail = Job("mail", self._send, seconds, mail_stalled_after)
        self.exports = Job("exports", self._write_exports, seconds, mail_stalled_after)
        self._pause = min(seconds, stalled_after.total_seconds() / 2)
        self._stop = threading.Event()
        self._watchdog = threading.Thread(target=self._watch, name="tick-watchdog", daemon=True)
        self._heart = threading.Thread(target=self._live, name="heart", daemon=True)

    def start(self) -> None:
        """Starts ticking in threads of this process."""
        workers.begin(self.services.database, self.worker_id)
        attachments.clear_leftovers(self.services)
        export_writing.clear_leftovers(self.services)
        self.deadlines.start()
        self.mail.start()
        self.exports.start()
        self._watchdog.start()
        self._heart.start()

    def stop(self) -> None:
        """Finishes the running jobs and stops."""
        self._stop.set()
        # First the watchdog, or it might start what is being stopped.
        for thread in (self._watchdog, self._heart):
            if thread.is_alive():
                thread.join(timeout=5)
        for job in self._jobs:
            job.stop(wait=True)
        workers.end(self.services.database, self.worker_id)

    def wait(self) -> None:
        """Blocks until `stop` is called or the process is interrupted."""
        while not self._stop.wait(1):
            pass

    def request_stop(self) -> None:
        """Makes `wait` return; safe in a signal handler."""
        self._stop.set()

    def _tick(self) -> None:
        done = ticks.tick(self.services.database, beat=self.deadlines.beat)
        workers.ticked(self.services.database, self.worker_id)
        if not done.idle:
            _log.info("ticked", reminders=done.reminders, timers=done.timers, failed=done.failed)

    def _send(self) -> None:
        sending.send_due(self.services, beat=self.mail.beat, worker_id=self.worker_id)

    def _write_exports(self) -> None:
        written = export_writing.write_due(self.services, beat=self.exports.beat)
        if written:
            _log.info("exported", files=written)

    @property
    def _jobs(self) -> tuple[Job, ...]:
        return self.deadlines, self.mail, self.exports

    def _watch(self) -> None:
        """Survives whatever happens to it: without it nobody would notice."""
        while not self._stop.wait(self._pause):
            for job in self._jobs:
                try:
                    job.replace_if_stalled()
                except Exception:  # noqa: BLE001 - it must go on looking
                    _log.exception("watchdog_failed", job=job.name)

    def _live(self) -> None:
        """A thread of its own: a database that hangs must not keep the watchdog from looking."""
        while not self._stop.wait(self._pause):
            try:
                workers.pulse(
                    self.services.database,
                    self.worker_id,
                    tick_age=self.deadlines.age,
                    mail_age=self.mail.age,
                )
            except Exception as error:  # noqa: BLE001 - the next sign of life may come through
                _log.warning("no_sign_of_life", reason=type(error).__name__)
