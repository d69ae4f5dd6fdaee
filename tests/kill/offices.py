"""The program that is killed: offices at work. Everything it does goes through the real operations.

It runs as a process of its own. It carries one dossier through, says
`warm SECONDS` (how long a deed takes on this machine now), and closes all connections. Then it forks a
worker for every line on its standard input, `NOW SEED`, and says `started PID` and `ended PID STATUS`.
A worker goes on until somebody kills it. After each commit it appends a line to the journal: what
stands there was promised to somebody.
"""

import os
import random
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from service.clock import FakeClock, monotonic
from service.domain.errors import Conflict, NotAllowed
from service.operations.dossier import dossiers
from service.operations.mail import sending
from service.operations.services import Services
from service.operations.watch import ticks
from service.settings import Settings
from service.store import dossiers as dossier_rows
from service.store import people
from service.store.tables import UserTask
from service.store.work import Database
from tests.builders import LATE, World

MOST_DOSSIERS = 24
_AWARDS = (("giay_khen",), ("giay_khen", "giay_khen"), ("giay_khen", "bang_khen_tinh"), ("bang_khen_tinh",))
_WHO = {
    "proposer": ("clerk",),
    "unit_head": ("clerk_head",),
    "labour_reviewer": ("labour", "labour2"),
    "labour_head": ("labour_head",),
    "interior_reviewer": ("interior",),
    "interior_head": ("interior_head",),
    "chairman": ("chairman",),
    "chairman_office": ("office",),
}
_REASON = "Báo cáo thành tích chưa có xác nhận."


class Offices:
    """Clerks, reviewers, the tick and the sender of one service, all in one process."""

    def __init__(self, world: World, settings: Settings, journal: Callable[[str], None]) -> None:
        self.world = world
        self._services = Services(settings, world.database, world.clock)
        self._chance = random.Random(0)  # noqa: S311 - to be repeated, not to be secret
        self._journal = journal

    def work_on(self) -> None:
        """Does one thing after another until the process is killed, or left behind by its parent."""
        parent = os.getppid()
        while os.getppid() == parent:
            act = self._chance.choices(
                (self.open_dossier, self.complete_any, self.withdraw_any, self.tick, self.send),
                (2, 8, 0.3, 2, 2),
            )[0]
            with suppress(Conflict, NotAllowed):  # Another worker was first.
                act()

    def carry_all_to_their_ends(self) -> None:
        """Does what is left to do, straight on."""
        while tasks := self._open_tasks():
            for task in tasks:
                with suppress(Conflict, NotAllowed):  # Its dossier may have ended with another task.
                    self.complete(task, returning=False)
        self.tick()
        self.send()

    def warm_up(self) -> float:
        """Reads and compiles what workers need, on one dossier; the seconds that a deed takes."""
        self.open_dossier()
        self.tick()
        begun, deeds = monotonic(), 0
        while tasks := self._open_tasks():
            self.complete(tasks[0], returning=False)
            deeds += 1
        self.send()
        self.world.database.dispose()
        return (monotonic() - begun) / (deeds + 1)

    def begin(self, now: datetime, seed: int) -> None:
        """Sets the clock and the dice of a worker."""
        self.world.clock.set(now)
        self._chance.seed(seed)

    def open_dossier(self) -> None:
        """A unit opens a dossier, names nominees and uploads the papers."""
        with self.world.database.read() as work:
            if sum(dossier_rows.count_by_status(work).values()) >= MOST_DOSSIERS:
                return
        dossier_id = self.world.open_dossier(awards=self._chance.choice(_AWARDS), with_papers=False)
        self._journal(f"opened {dossier_id}")
        self.world.attach_papers("clerk", dossier_id)
        self._journal(f"attached {dossier_id}")

    def complete_any(self) -> None:
        """Somebody completes some task."""
        if tasks := self._open_tasks():
            self.complete(self._chance.choice(tasks))

    def complete(self, task: UserTask, *, returning: bool = True) -> None:
        """Whoever holds the task, or may take it, completes it."""
        if task.act == "submit":
            self._complete_papers(task)
        values = self._values(task, self._outcome(task) if returning else None)
        self.world.complete(self._holder(task), task.id, values)
        self._journal(f"completed {task.id}")

    def withdraw_any(self) -> None:
        """A unit takes back a dossier."""
        waiting = [task for task in self._open_tasks() if task.element_id in {"prepare", "select"}]
        if waiting:
            dossier_id = self._chance.choice(waiting).dossier_id
            with self.world.database.write() as work:
                dossiers.withdraw(work, self.world.actor("clerk"), dossier_id, "Nộp nhầm đợt.")
            self._journal(f"withdrawn {dossier_id}")

    def tick(self) -> None:
        """The worker's tick: timers and reminders."""
        ticks.tick(self.world.database)

    def send(self) -> None:
        """The worker's sender, over real SMTP."""
        sending.send_due(self._services)

    def _complete_papers(self, task: UserTask) -> None:
        """A worker may have died between opening a dossier and uploading its papers."""
        with self.world.database.read() as work:
            attached = dossiers.show(work, self.world.actor("clerk"), task.dossier_id).attachments
        if not attached:
            self.world.attach_papers("clerk", task.dossier_id)
            self._journal(f"attached {task.dossier_id}")

    def _open_tasks(self) -> list[UserTask]:
        with self.world.database.read() as work:
            return list(work.session.scalars(select(UserTask).where(UserTask.closed_at.is_(None))))

    def _holder(self, task: UserTask) -> str:
        if task.assignee_id is None:
            return self._chance.choice(_WHO[task.role])
        with self.world.database.read() as work:
            person = people.find(work, task.assignee_id)
            assert person is not None
            return person.sign_in_name

    def _outcome(self, task: UserTask) -> str | None:
        wishes: Mapping[str, tuple[tuple[str, ...], tuple[int, ...]]] = {
            "select": (("accept", "return_unit", "refuse"), (16, 3, 1)),
            "appraise": (("accept", "return_unit", "return_previous", "refuse"), (16, 2, 2, 1)),
            "decide": (("approve", "return_previous", "refuse"), (16, 2, 1)),
        }
        return self._chance.choices(*wishes[task.act])[0] if task.act in wishes else None

    def _values(self, task: UserTask, outcome: str | None) -> dict[str, object]:
        today = self.world.today()
        match task.act:
            case "submit":
                late = task.due_at is not None and task.due_at <= self.world.clock.now()
                return {"letter_number": "15/TTr", "letter_date": today} | (
                    {"late_reason": "Chờ xác nhận của thôn."} if late else {}
                )
            case "forward":
                return {"number": f"{task.id}/TTr", "signed_on": today, **LATE}
            case "hand_over":
                return {
                    "recipient": "Sở Nội vụ",
                    "handed_over_on": today,
                    "document_number": f"{task.id}/CV",
                    "sets_handed": "9",
                }
            case "acknowledge":
                return {"note": "Đã đôn đốc."}
            case "decide" if outcome in {None, "approve"}:
                signed = {"decision_number": f"{task.id}/QĐ-UBND", "signed_on": today}
                return {"outcome": "approve"} | (signed if self._has_local(task) else {})
            case _:
                outcome = outcome or "accept"
                return {"outcome": outcome} | ({} if outcome == "accept" else {"reason": _REASON})

    def _has_local(self, task: UserTask) -> bool:
        with self.world.database.read() as work:
            page = dossiers.show(work, self.world.actor("chairman"), task.dossier_id)
            return any(item.award.in_power and item.status == "selected" for item in page.nominations)


def main(settings: Settings, journal: Path, now: datetime) -> None:
    """Forks workers on demand; see the module."""
    descriptor = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def promise(line: str) -> None:
        os.write(descriptor, f"{line}\n".encode())

    clock = FakeClock(now)
    world = World(Database(settings.database_url, clock), clock, settings.attachment_folder)
    offices = Offices(world, settings, promise)
    _say(f"warm {offices.warm_up()}")
    signal.signal(signal.SIGCHLD, _report_ended)
    for line in sys.stdin:
        begin, seed = line.split()
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            offices.begin(datetime.fromisoformat(begin), int(seed))
            try:
                offices.work_on()
            except BaseException as error:  # noqa: BLE001 - whatever ends a worker must be heard of
                promise(f"failed {error!r}".replace("\n", " "))
            os._exit(1)
        _say(f"started {pid}")


def _report_ended(_signal: int, _frame: object) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _say(f"ended {pid} {os.waitstatus_to_exitcode(status)}")


def _say(line: str) -> None:
    os.write(1, f"{line}\n".encode())
