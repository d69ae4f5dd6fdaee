"""What must hold of the content of a dossier: its history tells every part of it, and nothing else."""

from collections.abc import Callable, Mapping
from typing import Any

from service.domain import differences
from service.domain.differences import File, Told, files_before, untold
from service.operations.dossier import nominations, receipts
from service.operations.watch.violations import Broken
from service.store import dossiers, files
from service.store import receipts as receipt_rows
from service.store.tables import Attachment
from service.store.work import Work


def nominations_told(work: Work, dossier_id: int) -> list[Broken]:
    """The nominations are those that the history tells of, and say what it says of them."""
    now = [nominations.said(one) for one in dossiers.nominations(work, [dossier_id])]
    strange, gone = untold(now, differences.nominations_told(_told(work, dossier_id)))
    name, where = "the history tells every nomination", f"dossier {dossier_id}"
    found = [Broken(name, where, f"untold: {said['nominee']}") for said in strange]
    return found + [Broken(name, where, f"told, not there: {said['nominee']}") for said in gone]


def files_told(work: Work, dossier_id: int) -> list[Broken]:
    """Undoing the whole history leaves no file; each newer version follows the one it replaces."""
    rows = {row.id: row for row in files.every_attachment(work, dossier_id)}
    known = {row.id: File(row.id, row.display_name, row.sha256, row.replaces_id) for row in rows.values()}
    present = {row.id for row in rows.values() if row.removed_at is None}
    found = [
        Broken("the history tells every file", f"dossier {dossier_id}", f"untold: attachment {key}")
        for key in sorted(files_before(present, known, _told(work, dossier_id)))
    ]
    return found + [
        Broken("versions of a file follow each other", f"attachment {row.id}", wrong)
        for row in rows.values()
        if row.replaces_id is not None and (wrong := _wrong_version(row, rows))
    ]


def receipts_told(work: Work, dossier_id: int) -> list[Broken]:
    """Each receipt of papers stands in the history as it was written, and each such step has its receipt."""
    kept = receipt_rows.of_dossier(work, dossier_id)
    numbers = {receipt.id: receipt for receipt in kept}
    rows = {receipt.number: receipts.told(receipt, numbers.get(receipt.corrects_id or 0)) for receipt in kept}
    steps = [
        step
        for step in dossiers.history(work, dossier_id)
        if step.kind in {receipts.RECEIVED, receipts.CORRECTED}
    ]
    told: dict[int, Mapping[str, Any]] = {step.params["receipt"]: step.params for step in steps}
    where = f"dossier {dossier_id}"
    name = "the history tells every receipt of papers"
    if len(told) != len(steps):
        return [Broken(name, where, "a receipt is told twice")]
    return [
        Broken(name, where, f"receipt {number} is told otherwise than it is kept")
        for number in sorted(rows.keys() | told.keys())
        if rows.get(number) != told.get(number)
    ]


CHECKS: tuple[Callable[[Work, int], list[Broken]], ...] = (nominations_told, files_told, receipts_told)
"""The checks of one dossier's content."""


def _told(work: Work, dossier_id: int) -> list[Told]:
    return [Told(step.kind, step.params) for step in dossiers.history(work, dossier_id)]


def _wrong_version(row: Attachment, rows: Mapping[int, Attachment]) -> str:
    older = rows.get(row.replaces_id or 0)
    if older is None:
        return "replaces a file of another dossier"
    if older.removed_at is None or older.version + 1 != row.version:
        return f"version {row.version} after version {older.version}"
    return ""
