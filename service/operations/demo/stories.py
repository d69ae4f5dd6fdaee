"""The people and dossiers of the demo, made by the same operations that real people use.

All of them are invented. Each dossier is carried to another point of the route, at instants of the
simulated time, so that every folder of every inbox has something in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from service.clock import FakeClock, SystemClock
from service.domain.dossiers import Judgement, Verdict
from service.domain.people import Actor
from service.domain.tasks import Act
from service.domain.zones import VIETNAM
from service.operations.demo.casts import PEOPLE, RECEIVING, REMINDED, REPORT, REPORTS
from service.operations.demo.scans import scan
from service.operations.dossier import attachments, dossiers
from service.operations.dossier.dossiers import NominationInput
from service.operations.process import reminders
from service.operations.schedule import duties, report_openings
from service.operations.staff import passwords, people
from service.operations.work import acts, papers, tasks
from service.operations.work.completions import Filled
from service.store import demo, localities
from service.store import dossiers as dossier_rows
from service.store import people as person_rows
from service.store import tasks as task_rows
from service.store.tables import UserTask
from service.store.work import Database, Work

PASSWORD = "demo-trinh-2024"  # noqa: S105 - printed at every start; the demo listens on loopback only
LOCALITY = "van-ninh"
FOUNDED_AT = datetime(2024, 11, 4, 8, tzinfo=VIETNAM)
"""When the demo was set up, in its own time: before anything that its people do."""
OPENS_AT = datetime(2024, 11, 25, 8, 30, tzinfo=VIETNAM)
"""The simulated instant at which a fresh demo begins: the last week before the units' deadline."""


_FORWARD = {"note": "Đã xét, kính trình xem xét."}
_GIAY_KHEN, _BANG_KHEN = "giay_khen", "bang_khen_tinh"


def seed(database_url: str, folder: Path) -> bool:
    """Fills an empty database with the demo, all at once or not at all; does nothing if it holds one already.

    The locality, the diagram and the forms must have been loaded.
    """
    clock = FakeClock(FOUNDED_AT)
    database = Database(database_url, clock)
    try:
        return _seed(database, clock, folder)
    finally:
        database.dispose()


def _seed(database: Database, clock: FakeClock, folder: Path) -> bool:
    with database.write() as work:
        if demo.is_seeded(work):
            return False
        known = passwords.hash_password(PASSWORD)  # Once: hashing is slow, and all of them share it.
        for person in PEOPLE:
            added = people.add(
                work,
                sign_in_name=person.sign_in_name,
                name=person.name,
                email=f"{person.sign_in_name}@demo.trinh.invalid",
                password=None,
                seats=[(LOCALITY, organisation, role) for organisation, role in person.seats],
                administrator=person.administrator,
            )
            added.password_hash = known
        _Stage(work, clock, folder).play()
        demo.begin(work, OPENS_AT - SystemClock().now())
    return True


@dataclass(frozen=True, slots=True)
class _Stage:
    """Plays dossiers forward in simulated time, inside one transaction."""

    whole: Work
    clock: FakeClock
    folder: Path

    def play(self) -> None:
        self._decided_in_2023()
        self._on("2024-11-05 09:10")
        self.open(
            "vangia",
            "Hồ sơ khen thưởng năm 2024 của thị trấn Vạn Giã",
            [
                (
                    "Hộ bà Trần Thị Ngọc",
                    "household",
                    _GIAY_KHEN,
                    "Tự nguyện đăng ký thoát nghèo, trả vốn vay đúng hạn.",
                )
            ],
            papers=False,
        )
        self._on("2024-11-11 14:20")
        self.submit(
            "vanthanh",
            "Khen thưởng mô hình giảm nghèo trên đảo năm 2024",
            [
                (
                    "Tổ hợp tác nuôi tôm hùm Đầm Môn",
                    "collective",
                    _GIAY_KHEN,
                    "Liên kết 14 hộ nghèo cùng nuôi, giảm 9 hộ nghèo.",
                ),
                (
                    "Ông Lê Văn Cường",
                    "individual",
                    _GIAY_KHEN,
                    "Cán bộ giảm nghèo thôn, hoàn thành xuất sắc nhiệm vụ.",
                ),
            ],
        )
        self._on("2024-11-12 08:05")
        claimed = self.submit(
            "vanphu",
            "Khen thưởng phong trào Vì người nghèo xã Vạn Phú",
            [
                ("Thôn Tân Phú", "community", _GIAY_KHEN, "Tỷ lệ hộ nghèo đa chiều giảm vượt chỉ tiêu giao."),
                (
                    "Doanh nghiệp tư nhân Hạt Cát",
                    "enterprise",
                    _GIAY_KHEN,
                    "Thu mua nông sản của hộ nghèo với giá ổn định.",
                ),
            ],
        )
        self.claim("laodong1", claimed)
        self._on("2024-11-13 10:30")
        returned = self.submit(
            "vankhanh",
            "Khen thưởng hộ thoát nghèo tiêu biểu xã Vạn Khánh",
            [("Hộ ông Nguyễn Văn Tâm", "household", _GIAY_KHEN, "Thoát nghèo bền vững, giúp ba hộ lân cận.")],
        )
        self._on("2024-11-15 15:40")
        self.complete(
            "laodong1",
            returned,
            {"outcome": "return_unit", "reason": "Báo cáo thành tích chưa có xác nhận của UBND xã."},
        )
        self._forwarding()
        self._appraising()
        self._deciding()
        self._reporting()

    def _decided_in_2023(self) -> None:
        self._on("2023-11-20 09:00")
        task = self.submit(
            "vanluong",
            "Hồ sơ khen thưởng năm 2023 của xã Vạn Lương",
            [("Hội Phụ nữ xã Vạn Lương", "collective", _GIAY_KHEN, "Vận động quỹ giúp 20 hộ nghèo làm nhà.")],
            round_key="annual-2023",
        )
        self._on("2023-12-01 08:30")
        self.complete("laodong1", task, {"outcome": "accept"})
        self.forward("laodong1", "31/TTr-LĐTBXH", "2023-12-01")
        self._on("2023-12-06 08:30")
        self.review("noivu1")
        self.forward("noivu1", "55/TTr-NV", "2023-12-06")
        self._on("2023-12-11 10:00")
        self.decide("chutich", "2102/QĐ-UBND", "2023-12-11")

    def _forwarding(self) -> None:
        for unit, nominee in (("vanluong", "Thôn Phú Cang"), ("vanhung", "Thôn Xuân Tự")):
            self._on("2024-11-14 09:00")
            task = self.submit(
                unit,
                f"Khen thưởng thôn giảm nghèo tiêu biểu ({nominee})",
                [(nominee, "community", _GIAY_KHEN, "Giảm tỷ lệ hộ nghèo đa chiều vượt kế hoạch năm.")],
            )
            self._on("2024-11-18 16:00")
            self.complete("laodong2", task, {"outcome": "accept"})

    def _appraising(self) -> None:
        self._on("2024-11-07 09:00")
        task = self.submit(
            "vanhung",
            "Khen thưởng cán bộ giảm nghèo xã Vạn Hưng",
            [("Bà Phan Thị Điệp", "individual", _GIAY_KHEN, "Tham mưu tháo gỡ khó khăn cho cơ sở.")],
        )
        self._on("2024-11-19 08:20")
        self.complete("laodong2", task, {"outcome": "accept"})
        self.forward("laodong2", "40/TTr-LĐTBXH", "2024-11-19", only=task)

    def _deciding(self) -> None:
        self._on("2024-11-06 09:00")
        task = self.submit(
            "xuanson",
            "Khen thưởng tập thể, cá nhân xã Xuân Sơn năm 2024",
            [
                (
                    "UBND xã Xuân Sơn",
                    "collective",
                    _BANG_KHEN,
                    "Giảm tỷ lệ hộ nghèo đa chiều vượt chỉ tiêu ba năm liền.",
                ),
                ("Hộ bà Lâm Thị Én", "household", _GIAY_KHEN, "Thoát nghèo, hiến đất làm đường thôn."),
            ],
        )
        self._on("2024-11-20 09:00")
        self.complete("laodong1", task, {"outcome": "accept"})
        self.forward("laodong1", "41/TTr-LĐTBXH", "2024-11-20", only=task)
        self._on("2024-11-21 14:00")
        self.review("noivu2", only=task)
        self.forward("noivu2", "60/TTr-NV", "2024-11-21", only=task)

    def _reporting(self) -> None:
        """The yearly reports: most come in time, one late, one goes back, one is still missing."""
        self._on("2024-10-20 00:00")
        round_ = duties.duty_round(self.work, LOCALITY, REPORT)
        if not report_openings.open_some(self.work, round_.id, len(PEOPLE)):
            return  # The diagram of reports has not been deployed.
        for at, who, values in REPORTS:
            self._on(f"2024-{at}")
            if who == REMINDED:
                reminders.fire_due(self.work, len(PEOPLE))
            elif who in RECEIVING:
                for task in self._waiting(who, Act.RECEIVE, None)[: None if values else 4]:
                    self.complete(who, task.id, dict(values or {"outcome": "accept"}))
            else:
                self._report(who, values)

    def _report(self, who: str, values: Mapping[str, object]) -> None:
        """Sends somebody's report."""
        (task,) = self._waiting(who, Act.REPORT, None)
        sent: dict[str, object] = {"outcome": "submit", **values}
        if sent["outcome"] == "submit":
            sent["letter_number"] = f"{task.dossier_id + 20}/BC-UBND"
            sent["letter_date"] = self.clock.now().astimezone(VIETNAM).date().isoformat()
        self.complete(who, task.id, sent)

    def _on(self, local: str) -> None:
        self.clock.set(datetime.fromisoformat(local).replace(tzinfo=VIETNAM))

    @property
    def work(self) -> Work:
        """The transaction at the simulated instant."""
        return self.whole.at(self.clock.now())

    def open(
        self,
        who: str,
        title: str,
        nominees: Sequence[tuple[str, str, str, str]],
        *,
        round_key: str = "annual-2024",
        papers: bool = True,
    ) -> int:
        """Opens and fills a dossier; returns the id of its first task."""
        work = self.work
        actor = self._actor(who)
        round_, unit = next(
            (round_, unit)
            for round_, unit in dossiers.openable_rounds(work, actor)
            if round_.key == round_key
        )
        dossier = dossiers.create(work, actor, round_id=round_.id, unit_id=unit.id, title=title)
        for name, kind, award, achievement in nominees:
            dossiers.add_nomination(work, actor, dossier.id, NominationInput(award, kind, name, achievement))
        if papers:
            for item in localities.checklist(work, LOCALITY):
                attachments.add(
                    work,
                    actor,
                    self.folder,
                    dossier.id,
                    display_name=f"{item.name_vi}.pdf",
                    stream=BytesIO(scan(item.name_vi, unit.name_vi, round_.year, work.now)),
                    checklist_item_id=item.id,
                )
        return next(iter(task_rows.open_of(work, dossier.id).values())).id

    def submit(
        self,
        who: str,
        title: str,
        nominees: Sequence[tuple[str, str, str, str]],
        *,
        round_key: str = "annual-2024",
    ) -> int:
        """Opens, fills and submits a dossier; returns the id of the next task."""
        task_id = self.open(who, title, nominees, round_key=round_key)
        today = self.clock.now().astimezone(VIETNAM).date().isoformat()
        return self.complete(who, task_id, {"letter_number": "15/TTr-UBND", "letter_date": today})

    def claim(self, who: str, task_id: int) -> None:
        """Takes a task."""
        work = self.work
        tasks.claim(work, self._actor(who), task_id)

    def complete(self, who: str, task_id: int, values: dict[str, object]) -> int:
        """Claims and completes a task, keeping every nomination; returns the id of the next task."""
        work = self.work
        actor = self._actor(who)
        task = tasks.claim(work, actor, task_id)
        shown = acts.judged_at(Act(task.act), task.dossier.nominations)
        kept = {nomination.id: Judgement(Verdict.SELECT) for nomination in shown}
        tasks.complete(work, actor, task_id, Filled(values, kept))
        return next(iter(task_rows.open_of(work, task.dossier_id).values()), task).id

    def review(self, who: str, *, only: int | None = None) -> None:
        """Accepts what waits for somebody at a reviewing step."""
        for task in self._waiting(who, Act.APPRAISE, only):
            self.complete(who, task.id, {"outcome": "accept"})

    def forward(self, who: str, number: str, signed_on: str, *, only: int | None = None) -> None:
        """Sends on what waits for somebody, with one letter."""
        chosen = [task.id for task in self._waiting(who, Act.FORWARD, only)]
        work = self.work
        papers.forward(
            work, self._actor(who), chosen, Filled({"number": number, "signed_on": signed_on, **_FORWARD})
        )

    def decide(self, who: str, number: str, signed_on: str) -> None:
        """Signs one decision over everything that waits for the Chairman."""
        waiting = self._waiting(who, Act.DECIDE, None)
        values = {"outcome": "approve", "decision_number": number, "signed_on": signed_on}
        work = self.work
        carried = dossier_rows.nominations(work, [task.dossier_id for task in waiting])
        kept = {item.id: Judgement(Verdict.SELECT) for item in acts.judged_at(Act.DECIDE, carried)}
        papers.decide(work, self._actor(who), [task.id for task in waiting], Filled(values, kept))

    def _waiting(self, who: str, act: Act, only: int | None) -> list[UserTask]:
        """The open tasks of an act in somebody's groups; `only` narrows to the dossier of a task."""
        actor = self._actor(who)
        work = self.work
        found = task_rows.open_for(work, actor, act)
        if only is None:
            return found
        dossier_id = task_rows.get(work, only).dossier_id
        return [task for task in found if task.dossier_id == dossier_id]

    def _actor(self, who: str) -> Actor:
        work = self.work
        person = person_rows.find_by_sign_in_name(work, who)
        if person is None:
            raise LookupError(who)
        return person_rows.actor_of(work, person)
