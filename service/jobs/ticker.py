"""The ticker: APScheduler wakes two jobs, one for deadlines and one for mail.

The scheduler holds nothing that a kill could lose: what is due stands in the database. It is started
after any fork. A watchdog on the monotonic clock notices a scheduler that has stopped waking, which
happens to it after large jumps of the wall clock, and replaces it.
"""

import os
import secrets
import socket
import threading
from datetime import timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from service.clock import monotonic
from service.log import get_logger
from service.operations import attachments, sending, ticks
from service.operations.services import Services

STALLED_AFTER = timedelta(seconds=60)
_log = get_logger(__name__)


class Ticker:
    """Runs the ticks of one process until it is stopped."""

    def __init__(self, services: Services, *, stalled_after: timedelta = STALLED_AFTER) -> None:
        self.services = services
        self.stalled_after = stalled_after
        self.worker_id = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        self._stop = threading.Event()
        self._woken = monotonic()
        self._scheduler: BackgroundScheduler | None = None
        self._watchdog = threading.Thread(target=self._watch, name="tick-watchdog", daemon=True)

    def start(self) -> None:
        """Starts ticking in threads of this process."""
        ticks.report(self.services.database, self.worker_id, started=True)
        attachments.clear_leftovers(self.services)
        self._scheduler = self._schedule()
        self._watchdog.start()

    def stop(self) -> None:
        """Finishes the running tick and stops."""
        self._stop.set()
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=True)
        if self._watchdog.is_alive():
            self._watchdog.join(timeout=5)
        ticks.report(self.services.database, self.worker_id, stopped=True)

    def wait(self) -> None:
        """Blocks until `stop` is called or the process is interrupted."""
        while not self._stop.wait(1):
            pass

    def request_stop(self) -> None:
        """Makes `wait` return; safe in a signal handler."""
        self._stop.set()

    def _schedule(self) -> BackgroundScheduler:
        scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(2)},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )
        seconds = self.services.settings.tick_seconds
        scheduler.add_job(self._tick, "interval", seconds=seconds, id="deadlines")
        scheduler.add_job(self._send, "interval", seconds=seconds, id="mail")
        scheduler.start()
        self._woken = monotonic()
        return scheduler

    def _tick(self) -> None:
        """One tick. The scheduler logs what it raises and wakes it again: what was due stays due."""
        try:
            done = ticks.tick(self.services.database, beat=self._beat)
            ticks.report(self.services.database, self.worker_id)
            if not done.idle:
                _log.info("ticked", reminders=done.reminders, timers=done.timers, failed=done.failed)
        finally:
            self._woken = monotonic()

    def _beat(self) -> None:
        """Tells the watchdog that a long tick is still getting on."""
        self._woken = monotonic()

    def _send(self) -> None:
        sending.send_due(self.services)

    def _watch(self) -> None:
        pause = min(self.services.settings.tick_seconds, self.stalled_after.total_seconds() / 2)
        while not self._stop.wait(pause):
            silent = monotonic() - self._woken
            if silent > self.stalled_after.total_seconds() and self._scheduler is not None:
                _log.error("tick_stalled", seconds=round(silent))
                self._scheduler.shutdown(wait=False)
                self._scheduler = self._schedule()
