"""What must hold of the content of a dossier: its history tells every part of it, and nothing else."""

from collections.abc import Callable, Mapping
from typing import Any

from service.domain import differences
from service.domain.differences import File, Told, files_before, untold
from service.operations.dossier import nominations, receipts
from service.operations.watch.violations import Broken
from service.store.cases import Case
from service.store.tables import Attachment


def nominations_told(case: Case) -> list[Broken]:
    """The nominations are those that the history tells of, and say what it says of them."""
    now = [nominations.said(one) for one in case.nominations]
    strange, gone = untold(now, differences.nominations_told(_told(case)))
    name, where = "the history tells every nomination", f"dossier {case.dossier.id}"
    found = [Broken(name, where, f"untold: {said['nominee']}") for said in strange]
    return found + [Broken(name, where, f"told, not there: {said['nominee']}") for said in gone]


def files_told(case: Case) -> list[Broken]:
    """Undoing the whole history leaves no file; each newer version follows the one it replaces."""
    rows = {row.id: row for row in case.attachments}
    known = {row.id: File(row.id, row.display_name, row.sha256, row.replaces_id) for row in rows.values()}
    present = {row.id for row in rows.values() if row.removed_at is None}
    found = [
        Broken("the history tells every file", f"dossier {case.dossier.id}", f"untold: attachment {key}")
        for key in sorted(files_before(present, known, _told(case)))
    ]
    return found + [
        Broken("versions of a file follow each other", f"attachment {row.id}", wrong)
        for row in rows.values()
        if row.replaces_id is not None and (wrong := _wrong_version(row, rows))
    ]


def receipts_told(case: Case) -> list[Broken]:
    """Each receipt of papers stands in the history as it was written, and each such step has its receipt."""
    kept = case.receipts
    numbers = {receipt.id: receipt for receipt in kept}
    rows = {receipt.number: receipts.told(receipt, numbers.get(receipt.corrects_id or 0)) for receipt in kept}
    steps = [step for step in case.history if step.kind in {receipts.RECEIVED, receipts.CORRECTED}]
    told: dict[int, Mapping[str, Any]] = {step.params["receipt"]: step.params for step in steps}
    where = f"dossier {case.dossier.id}"
    name = "the history tells every receipt of papers"
    if len(told) != len(steps):
        return [Broken(name, where, "a receipt is told twice")]
    return [
        Broken(name, where, f"receipt {number} is told otherwise than it is kept")
        for number in sorted(rows.keys() | told.keys())
        if rows.get(number) != told.get(number)
    ]


CHECKS: tuple[Callable[[Case], list[Broken]], ...] = (nominations_told, files_told, receipts_told)
"""The checks of one dossier's content."""


def _told(case: Case) -> list[Told]:
    return [Told(step.kind, step.params) for step in case.history]


def _wrong_version(row: Attachment, rows: Mapping[int, Attachment]) -> str:
    older = rows.get(row.replaces_id or 0)
    if older is None:
        return "replaces a file of another dossier"
    if older.removed_at is None or older.version + 1 != row.version:
        return f"version {row.version} after version {older.version}"
    return ""
