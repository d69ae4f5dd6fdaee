"""Files of rows: what they hold, that nothing in them runs, and how long ones come about."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from service.domain.errors import Conflict, Invalid, NotFound
from service.domain.queues import read_wanted
from service.domain.reports import ExportKind, ExportState
from service.domain.searches import Wanted
from service.domain.tasks import Folder
from service.operations.dossier import dossiers
from service.operations.dossier.dossiers import NominationInput
from service.operations.report import export_writing, exports
from service.operations.report.exports import Asked
from service.operations.services import Services
from service.operations.watch import verification
from service.operations.work import folders as inbox
from service.settings import Settings
from service.store import exports as store
from service.store import folders, localities
from service.store.tables import Export
from tests.builders import LOCALITY, World
from tests.integration.operations.readings import page

EVIL = ["=1+1", "+84905", "-2", "@SUM(A1)", " =cmd|' /C calc'!A0", "＝1", "#N/A"]


@pytest.fixture
def services(world: World) -> Services:
    url = world.database.url.render_as_string(hide_password=False)
    settings = Settings(
        data_folder=world.folder.parent, database_url=url, host="127.0.0.1", port=8000, base_url="http://x"
    )
    return Services(settings, world.database, world.clock)


def files(services: Services) -> list[Path]:
    folder = services.settings.export_folder
    return [path for path in folder.rglob("*") if path.is_file()]


def sheets(services: Services, world: World, who: str, export_id: int) -> dict[str, list[tuple[object, ...]]]:
    """The values of all sheets of a file, as its owner gets it."""
    with world.database.read() as work:
        _, stream = exports.open_file(services, work, world.actor(who), export_id)
    with stream:
        book = load_workbook(BytesIO(stream.read()))
    assert all(cell.data_type != "f" for sheet in book for row in sheet.rows for cell in row)
    assert all(sheet.freeze_panes == "A2" for sheet in book)
    return {sheet.title: [tuple(cell.value for cell in row) for row in sheet.rows] for sheet in book}


def round_id(world: World) -> int:
    with world.database.read() as work:
        return localities.round_of(work, LOCALITY, "annual-2024").id


def test_a_small_file_is_there_at_once_and_nothing_in_it_runs(world: World, services: Services) -> None:
    dossier_id = world.open_dossier(title="=HYPERLINK(1)")
    with world.database.write() as work:
        for text in EVIL:
            given = NominationInput("giay_khen", "individual", f"{text}", f"{text} thành tích\x0b", text)
            dossiers.add_nomination(work, world.actor("clerk"), dossier_id, given)
    clerk = world.actor("clerk")
    here = Wanted(round_id=round_id(world))
    made = exports.ask(services, clerk, Asked(ExportKind.NOMINATIONS, here, "en"))
    assert (made.state, made.done, made.total) == (ExportState.READY, 8, 8)
    assert made.display_name == "Danh sách đề nghị khen thưởng Khen thưởng hằng năm 2024 2024-11-20.xlsx"
    told = sheets(services, world, "clerk", made.id)
    table = told["Trường hợp đề nghị"]
    assert table[0][:3] == ("STT", "Đối tượng", "Loại đối tượng")
    assert [row[0] for row in table[1:]] == list(range(1, 9))
    for text, row in zip(EVIL, table[2:], strict=True):
        assert row[1] in {f"'{text.strip()}", "#N/A"}
        assert not str(row[5]).lstrip().startswith(("=", "+", "-", "@"))
    assert "trước ngày" in str(told["Ghi chú và nguồn"]).lower()
    made = exports.ask(services, clerk, Asked(ExportKind.DOSSIERS, Wanted("hyperlink"), "en"))
    table = sheets(services, world, "clerk", made.id)["Dossiers"]
    row = dict(zip(table[0], table[1], strict=True))
    assert (row["Title"], row["Nominations"]) == ("'=HYPERLINK(1)", 8)
    assert row["Deadline"] is not None
    assert getattr(row["Deadline"], "date", lambda: None)() == date(2024, 11, 30)
    made = exports.ask(services, clerk, Asked(ExportKind.PROGRESS, here, "en"))
    assert sheets(services, world, "clerk", made.id)["Where the dossiers stand"][1][1:] == (1, 1 - 1)
    with pytest.raises(NotFound), world.database.read() as work:
        exports.open_file(services, work, world.actor("labour"), made.id)
    with world.database.read() as work:
        assert verification.verify(work, world.folder, services.settings.export_folder).sound
    files(services)[0].unlink()
    with world.database.read() as work:
        report = verification.verify(work, world.folder, services.settings.export_folder)
        assert [one.invariant for one in report.broken] == ["every file that is ready is there"]


def test_a_long_file_is_written_in_the_background_by_one_writer(
    world: World, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "SMALL", 1)
    monkeypatch.setattr(export_writing, "CHUNK", 1)
    for _ in range(3):
        world.carry_to("select")
    labour = world.actor("labour")
    asked = Asked(ExportKind.DOSSIERS, Wanted(round_id=round_id(world)), "en")
    made = exports.ask(services, labour, asked)
    assert made.state == ExportState.QUEUED
    seen: list[tuple[int, int | None]] = []

    class Killed(BaseException):
        pass

    def die() -> None:
        with world.database.read() as work:
            row = exports.show(work, labour, made.id)
            seen.append((row.done, row.total))
            if row.done == 2:
                raise Killed

    with pytest.raises(Killed):
        export_writing.write_due(services, die)
    assert seen[-1] == (2, 3)
    assert export_writing.write_due(services) == 0, "its writer may still be at work"
    world.clock.advance(timedelta(minutes=3))

    def lose() -> None:
        """Another writer finishes it while this one is at it."""
        with world.database.write() as work:
            row = work.session.get_one(Export, made.id)
            if row.done == 1:
                row.claim = "other"

    assert export_writing.write_due(services, lose) == 0
    assert files(services) == []
    world.clock.advance(timedelta(minutes=3))
    assert export_writing.write_due(services) == 1
    assert len(files(services)) == 1
    assert len(sheets(services, world, "labour", made.id)["Dossiers"]) == 4
    exports.ask(services, labour, asked)
    world.unseat("labour")
    assert export_writing.write_due(services) == 1
    with world.database.read() as work:
        newest = exports.mine(work, replace(labour))[0]
    assert len(sheets(services, world, "labour", newest.id)["Dossiers"]) == 1, "what is seen is decided late"
    world.clock.advance(timedelta(days=2))
    assert export_writing.write_due(services) == 0
    assert files(services) == []
    with world.database.read() as work:
        assert exports.mine(work, labour) == []


def test_a_folder_is_written_with_its_filters_and_in_its_order(
    world: World, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (world.carry_to("select", title=title) for title in ("=1+1", "Hai", "Ba"))
    world.claim("labour2", world.task(second).id)
    codes = {one: page(world, one).dossier.code for one in (first, second, third)}
    group = read_wanted(Folder.GROUP, {"sort": "-code", "act": "select"})
    labour = world.actor("labour")
    world.on("2024-11-21 01:00")  # The day of people, not yet that of Greenwich.
    made = exports.ask(services, labour, Asked(ExportKind.INBOX, language="en", tasks=group))
    assert (made.state, made.display_name) == (
        ExportState.READY,
        "Tasks of the inbox Unclaimed 2024-11-21.xlsx",
    )
    told = sheets(services, world, "labour", made.id)
    head, *lines = told["Tasks"]
    assert [row[1] for row in lines] == [codes[third], codes[first]], "what somebody holds is not there"
    row = dict(zip(head, lines[1], strict=True))
    assert (row["Title"], row["Step"], row["Held by"]) == ("'=1+1", "Receive and select", None)
    assert getattr(row["Deadline"], "date", lambda: None)() == date(2024, 12, 4)
    assert {("Folder", "Unclaimed"), ("Step", "Select"), ("Order", "Code ↓")} <= set(
        told["Notes and sources"]
    )
    with pytest.raises(Invalid, match="Check"):
        exports.ask(services, labour, Asked(ExportKind.INBOX))
    # Beyond what a page can sort the file still has everything, and tells how far it is.
    monkeypatch.setattr(folders, "SORTED_CAP", 1)
    monkeypatch.setattr(exports, "SMALL", 1)
    monkeypatch.setattr(export_writing, "CHUNK", 1)
    with world.database.read() as work:
        shown = inbox.look(work, labour, group)
        assert (len(shown.tasks), shown.cut) == (1, True)
        assert not inbox.look(work, labour, read_wanted(Folder.GROUP, {})).cut, "its own order has no end"
        assert not inbox.look(work, labour, replace(group, text=codes[first])).cut
    made = exports.ask(services, labour, Asked(ExportKind.INBOX, language="en", tasks=group))
    assert made.state == ExportState.QUEUED
    world.claim("labour2", world.task(third).id)
    assert export_writing.write_due(services) == 1
    assert [row[1] for row in sheets(services, world, "labour", made.id)["Tasks"][1:]] == [codes[first]]


def test_nobody_waits_for_more_than_a_few_and_what_fails_is_told(
    world: World, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "SMALL", 0)
    world.carry_to("select")
    labour = world.actor("labour")
    asked = Asked(ExportKind.DOSSIERS, Wanted(round_id=round_id(world)))
    made = [exports.ask(services, labour, asked) for _ in range(exports.MOST_UNDER_WAY)]
    with pytest.raises(Conflict):
        exports.ask(services, labour, asked)
    exports.remove(services, labour, made[0].id)
    exports.remove(services, labour, made[1].id)

    def break_down(*_: object) -> list[store.DossierRow]:
        raise RuntimeError("no more")

    monkeypatch.setattr(store, "dossier_rows", break_down)
    assert export_writing.write_due(services) == 0
    with world.database.read() as work:
        failed = exports.show(work, labour, made[2].id)
    assert (failed.state, failed.attempts) == (ExportState.FAILED, export_writing.MOST_ATTEMPTS)
    assert failed.wrong
    assert files(services) == []
