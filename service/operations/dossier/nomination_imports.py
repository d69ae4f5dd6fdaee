"""Nominations from a workbook: a template to fill in, a report on every cell that is wrong, the import.

Nothing is imported while anything is wrong, unless whoever sent the list says so after reading the report:
the rows that are right wait until then.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any, BinaryIO

from service import documents
from service.documents import Book, Choices, Template
from service.domain import nominee_lists, overlaps
from service.domain.dossiers import NomineeKind
from service.domain.errors import Conflict, Invalid, Message, message
from service.domain.labels import Language
from service.domain.nominee_lists import COLUMNS, INSTRUCTIONS, SHEET, Heading, Problem, Row
from service.domain.people import Actor
from service.domain.words import normalise, search_key
from service.operations import access
from service.operations.dossier import editing, nominations
from service.operations.dossier.nominations import MOST_NOMINATIONS, NominationInput
from service.store import dossiers, receipts, tasks
from service.store.tables import Award, Dossier, NominationImport
from service.store.work import Work
from service.translations import terms, translate

KEPT_FOR = timedelta(days=7)
"""A list that nobody takes over is forgotten after this."""
_LISTS = "Danh mục"
_KIND, _AWARD = "nominee_kind", "award_key"


@dataclass(frozen=True, slots=True)
class Report:
    """What was read of a workbook: the rows that are right, and every cell that is wrong with the reason.

    `imported` counts the nominations that the dossier has now because of it. `unread` names the sheets
    that were not read: those that the workbook hides, and what stands beside the table on sheets of its own.
    """

    file_name: str
    sha256: str
    rows: tuple[NominationInput, ...]
    problems: tuple[Problem, ...]
    imported: int = 0
    unread: tuple[str, ...] = ()


def template(work: Work, actor: Actor, dossier_id: int) -> bytes:
    """A workbook for the nominees of a dossier in preparation, with the awards of its round to choose from.

    Raises:
        NotAllowed, NotFound: when the dossier is not the actor's to change now.
    """
    dossier = dossiers.get(work, dossier_id)
    access.require_edit(actor, dossier, list(tasks.open_of(work, dossier_id).values()))
    awards = nominations.awards_of(work, dossier)
    kinds = [_kind_word(kind) for kind in NomineeKind]
    headings = {column.field: _heading(column) for column in COLUMNS}
    example_award = awards[0].name_vi if awards else ""
    return documents.write_template(
        Template(
            sheet=SHEET,
            title="DANH SÁCH ĐỀ NGHỊ KHEN THƯỞNG",
            notes=(
                f"Hồ sơ {dossier.code}, {dossier.unit.name_vi}, {dossier.round.name_vi}",
                f"Mỗi dòng một trường hợp; cột có dấu * bắt buộc. Xem trang “{INSTRUCTIONS}”.",
            ),
            columns={"STT": 6, **{headings[column.field]: column.width for column in COLUMNS}},
            choices={
                headings[_KIND]: Choices("Loại đối tượng", kinds),
                headings[_AWARD]: Choices("Hình thức khen thưởng", [award.name_vi for award in awards]),
            },
            instructions_sheet=INSTRUCTIONS,
            instructions=_INSTRUCTIONS,
            example=(
                ("STT", *headings.values()),
                (
                    "1",
                    "Hộ ông Nguyễn Văn A (ví dụ)",
                    _kind_word(NomineeKind.HOUSEHOLD),
                    "Thôn 1, xã …",
                    example_award,
                    "Thoát nghèo bền vững, giúp ba hộ lân cận cùng thoát nghèo.",
                ),
            ),
            lists_sheet=_LISTS,
            rows=MOST_NOMINATIONS,
            hints={
                headings[_KIND]: "Chọn một loại đối tượng trong danh sách.",
                headings[_AWARD]: "Chọn một hình thức khen thưởng trong danh sách.",
            },
        )
    )


def file_name(work: Work, dossier_id: int) -> str:
    """What the template of a dossier is called when it is saved."""
    return f"danh-sach-{dossiers.get(work, dossier_id).code}.xlsx"


def send(
    work: Work,
    actor: Actor,
    dossier_id: int,
    *,
    display_name: str,
    stream: BinaryIO,
    only_good: bool = False,
) -> Report:
    """Reads a workbook; imports it when every row is right, or those that are when asked to.

    Otherwise the right rows wait with the report: see `waiting` and `take_over`.

    Raises:
        Invalid: when it is no workbook, has no table of nominees, or names nobody.
        NotAllowed, NotFound, Conflict: when the dossier is not the actor's to change now, or a duty report.
    """
    dossier = editing.lock_award(work, actor, dossier_id)
    book = documents.read_workbook(stream, display_name)
    heading = _heading_of(book)
    rows, problems = _check_all(work, dossier, heading, nominee_lists.rows_below(heading))
    digest = hashlib.sha256(repr([asdict(row) for row in rows]).encode()).hexdigest()
    report = Report(book.name, digest, tuple(rows), tuple(problems), unread=_unread(book, heading))
    if problems and not (only_good and rows):
        _keep(work, actor, dossier, report)
        return report
    added = nominations.add_all(work, actor, dossier, rows, {"file": report.file_name})
    _forget(work, actor, dossier_id)
    return replace(report, imported=len(added))


def waiting(work: Work, actor: Actor, dossier_id: int) -> Report | None:
    """The list that the actor has sent and not taken over, with its report.

    Raises:
        NotAllowed, NotFound: when the dossier is not the actor's to change now.
    """
    dossier = dossiers.get(work, dossier_id)
    access.require_edit(actor, dossier, list(tasks.open_of(work, dossier_id).values()))
    kept = receipts.waiting_import(work, dossier_id, actor.person_id)
    return None if kept is None else _report_of(kept)


def take_over(work: Work, actor: Actor, dossier_id: int, sha256: str) -> Report:
    """Imports the right rows of the list that waits; `sha256` names the report that was read.

    Raises:
        Conflict: when another list waits by now, or the dossier has got one of these nominees meanwhile.
        NotAllowed, NotFound: when the dossier is not the actor's to change now.
    """
    dossier = editing.lock_award(work, actor, dossier_id)
    kept = receipts.waiting_import(work, dossier_id, actor.person_id)
    report = None if kept is None else _report_of(kept)
    if report is None or report.sha256 != sha256 or not report.rows:
        raise Conflict(message("This report is no longer the newest. Send the workbook again."))
    known = {nomination.match_key for nomination in dossier.nominations}
    if any(_match_key(row) in known for row in report.rows):
        raise Conflict(
            message("The dossier has got one of these nominees meanwhile. Send the workbook again.")
        )
    added = nominations.add_all(work, actor, dossier, report.rows, {"file": report.file_name})
    _forget(work, actor, dossier_id)
    return replace(report, imported=len(added))


def _heading_of(book: Book) -> Heading:
    """Where the table of nominees begins that is read.

    Raises:
        Invalid: there is none, it lacks a column, or it names nobody.
    """
    heading = nominee_lists.find_heading(book.tables)
    if heading is None:
        raise Invalid(
            message("No sheet has a heading like that of the template. Copy your list into the template."),
            {"file": message("There is no table of nominees in this workbook.")},
        )
    absent = nominee_lists.missing_columns(heading)
    if absent:
        names = [column.heading for column in absent]
        raise Invalid(
            message("The table in sheet {sheet} lacks columns.", sheet=heading.table.title),
            {"file": message("Add these columns to row {row}: {names}.", row=heading.row, names=names)},
        )
    if not nominee_lists.rows_below(heading):
        raise Invalid(
            message("The table names nobody."),
            {"file": message("Fill in the rows under row {row}.", row=heading.row)},
        )
    return heading


def _unread(book: Book, heading: Heading) -> tuple[str, ...]:
    """The sheets that were not read though somebody may have written nominees on them."""
    beside = (table.title for table in book.tables if table is not heading.table and table.rows)
    return tuple(title for title in (*beside, *book.hidden) if title not in {INSTRUCTIONS, _LISTS})


def _check_all(
    work: Work, dossier: Dossier, heading: Heading, rows: Sequence[Row]
) -> tuple[list[NominationInput], list[Problem]]:
    awards = nominations.awards_of(work, dossier)
    seen = {
        nomination.match_key: message("This nominee is in the dossier already.")
        for nomination in dossier.nominations
    }
    room = MOST_NOMINATIONS - len(dossier.nominations)
    good: list[NominationInput] = []
    problems: list[Problem] = []
    for row in rows:
        given, wrong = _check_row(awards, heading, row)
        if not wrong:
            again = seen.get(_match_key(given))
            if again is None and len(good) >= room:
                again = message("A dossier takes at most {most} nominations.", most=MOST_NOMINATIONS)
            if again is not None:
                wrong = [Problem(nominee_lists.place_of(row, heading, "nominee_name"), again)]
            seen[_match_key(given)] = message("This row says the same as row {row}.", row=row.number)
        problems += wrong
        good += [] if wrong else [given]
    return good, problems


def _check_row(awards: Sequence[Award], heading: Heading, row: Row) -> tuple[NominationInput, list[Problem]]:
    values, problems = nominee_lists.values_of(row, heading)
    told = {problem.place for problem in problems}
    found, unknown = _keys(awards, values)
    given = NominationInput(
        award_key=found[_AWARD],
        nominee_kind=found[_KIND],
        nominee_name=normalise(values.get("nominee_name", "")),
        achievement=values.get("achievement", ""),
        nominee_detail=normalise(values.get("nominee_detail", "")),
    )
    wrong = nominations.wrong_in(awards, given) | unknown
    for field, text in wrong.items():
        place = nominee_lists.place_of(row, heading, field)
        if place not in told:
            problems.append(Problem(place, text))
    order = [column.field for column in COLUMNS]
    places = {nominee_lists.place_of(row, heading, field): order.index(field) for field in order}
    return given, sorted(problems, key=lambda problem: places.get(problem.place, -1))


def _keys(awards: Sequence[Award], values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, Message]]:
    """The keys of the award and the kind that a row names, and what is wrong with names that nobody knows."""
    award = _named(values.get(_AWARD, ""), {award.key: _names(award) for award in awards})
    kinds = {
        kind.value: [kind.value, *(_kind_word(kind, language) for language in Language)]
        for kind in NomineeKind
    }
    kind = _named(values.get(_KIND, ""), kinds)
    unknown: dict[str, Message] = {}
    for field, key, what in (
        (_AWARD, award, message("“{text}” is no award of this round: choose one from the list.", text="")),
        (_KIND, kind, message("“{text}” is no kind of nominee: choose one from the list.", text="")),
    ):
        if values.get(field) and not key:
            unknown[field] = Message(what.text, {"text": values[field][:80]})
        elif not values.get(field):
            unknown[field] = message("Fill in this field.")
    return {_AWARD: award, _KIND: kind}, unknown


def _names(award: Award) -> list[str]:
    return [award.key, award.name_vi, award.name_en]


def _named(text: str, known: Mapping[str, Iterable[str]]) -> str:
    """The key of whatever has this name in either language, however it is typed; "" for none."""
    said = search_key(text)
    return next(
        (key for key, names in known.items() if said and said in {search_key(name) for name in names}), ""
    )


def _kind_word(kind: NomineeKind, language: str = Language.VIETNAMESE) -> str:
    return translate(terms.of_member(kind), language)


def _match_key(given: NominationInput) -> str:
    return overlaps.match_key(given.nominee_kind, given.nominee_name, given.award_key, given.achievement)


def _heading(column: nominee_lists.Column) -> str:
    return column.heading.vi + (" *" if column.required else "")


def _keep(work: Work, actor: Actor, dossier: Dossier, report: Report) -> None:
    receipts.drop_imports(work, work.now - KEPT_FOR)
    row = receipts.waiting_import(work, dossier.id, actor.person_id)
    if row is None:
        row = NominationImport(dossier_id=dossier.id, person_id=actor.person_id)
        work.session.add(row)
    row.file_name, row.sha256, row.uploaded_at = report.file_name, report.sha256, work.now
    row.unread = list(report.unread)
    row.rows = [asdict(one) for one in report.rows]
    row.problems = [
        {"place": problem.place, "text": problem.text.text, "params": dict(problem.text.params)}
        for problem in report.problems
    ]


def _forget(work: Work, actor: Actor, dossier_id: int) -> None:
    kept = receipts.waiting_import(work, dossier_id, actor.person_id)
    if kept is not None:
        work.session.delete(kept)


def _report_of(kept: NominationImport) -> Report:
    return Report(
        kept.file_name,
        kept.sha256,
        tuple(NominationInput(**one) for one in kept.rows),
        tuple(Problem(one["place"], _message(one)) for one in kept.problems),
        unread=tuple(kept.unread),
    )


def _message(kept: Mapping[str, Any]) -> Message:
    return Message(str(kept["text"]), dict(kept["params"]))


_INSTRUCTIONS = (
    "HƯỚNG DẪN ĐIỀN DANH SÁCH",
    f"1. Điền vào trang “{SHEET}”, mỗi dòng một trường hợp đề nghị, ngay dưới dòng tiêu đề.",
    "2. Giữ nguyên dòng tiêu đề; thứ tự các cột có thể đổi. Cột STT không bắt buộc.",
    f"3. “Loại đối tượng” và “Hình thức khen thưởng”: bấm vào ô và chọn trong danh sách (trang “{_LISTS}”).",
    "4. Không gộp ô, không ẩn dòng, không dùng công thức; ô ngày tháng được đọc như chữ.",
    f"5. Tối đa {MOST_NOMINATIONS} trường hợp trong một hồ sơ. Tệp .xlsx, không có macro.",
    "6. Tải tệp lên ở trang hồ sơ, mục “Nhập từ bảng tính”. Ô nào sai được chỉ rõ, ví dụ “B7: …”.",
    "7. Chưa có gì được nhập khi còn ô sai, trừ khi bạn chọn chỉ nhập những dòng đúng.",
    "Ví dụ một dòng đã điền:",
)
