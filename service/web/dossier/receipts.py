"""Paper originals: recording what arrives, correcting a receipt, and the receipt to print."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from service.domain.errors import Conflict, Invalid, Message, message
from service.domain.receipts import LONGEST, MOST_SETS, Received, field_of
from service.domain.words import read_day
from service.operations.dossier import receipts
from service.store.tables import PaperReceipt
from service.store.work import Work
from service.web import typed
from service.web.access import Who, allow
from service.web.complaints import Complaint, complaint_of, status_of
from service.web.pages import actor, reading, show, writing
from service.web.parts.dossier_pages import content
from service.web.words import day, told

screen = Blueprint("receipts", __name__)


@screen.get("/dossiers/<id:dossier_id>/receipts/new")
@allow(Who.RECEIVERS)
def new(dossier_id: int) -> Response:
    """The form for what has arrived, filled in with what is still missing."""
    return _form(dossier_id)


@screen.post("/dossiers/<id:dossier_id>/receipts")
@allow(Who.RECEIVERS)
def record(dossier_id: int) -> AnyResponse:
    """Records it, and leads to the receipt."""
    try:
        with writing() as work:
            receipts.require_recording(work, actor(), dossier_id)
            receipt = receipts.record(work, actor(), dossier_id, _typed())
            made, number = receipt.id, receipt.number
    except (Invalid, Conflict) as error:
        return _form(dossier_id, complaint=complaint_of(error), status=status_of(error))
    flash(told(message("Receipt {number} is recorded.", number=number)))
    return redirect(url_for("receipts.one", dossier_id=dossier_id, receipt_id=made), 303)


@screen.get("/dossiers/<id:dossier_id>/receipts/<id:receipt_id>")
@allow(Who.READERS)
def one(dossier_id: int, receipt_id: int) -> Response:
    """One receipt, laid out to be printed and signed."""
    with reading() as work:
        receipt = receipts.show(work, actor(), dossier_id, receipt_id)
        shared = content(work, dossier_id)
        return show("dossiers/receipt.html", **shared, receipt=receipt)


@screen.get("/dossiers/<id:dossier_id>/receipts/<id:receipt_id>/correct")
@allow(Who.CORRECTORS)
def ask_correction(dossier_id: int, receipt_id: int) -> Response:
    """The form with what the receipt says."""
    return _form(dossier_id, receipt_id)


@screen.post("/dossiers/<id:dossier_id>/receipts/<id:receipt_id>/correct")
@allow(Who.CORRECTORS)
def correct(dossier_id: int, receipt_id: int) -> AnyResponse:
    """Puts another receipt in its place; both stay."""
    reason = request.form.get("reason", "")
    try:
        with writing() as work:
            receipts.require_correcting(work, actor(), dossier_id, receipt_id)
            receipt = receipts.correct(work, actor(), dossier_id, receipt_id, _typed(), reason)
            made, number = receipt.id, receipt.number
    except (Invalid, Conflict) as error:
        return _form(dossier_id, receipt_id, complaint_of(error), status_of(error))
    flash(told(message("Receipt {number} takes its place.", number=number)))
    return redirect(url_for("receipts.one", dossier_id=dossier_id, receipt_id=made), 303)


def _typed() -> Received:
    """What was sent.

    Raises:
        Invalid: a day or a number that is none.
    """
    sent = request.form
    wrong: dict[str, Message] = {}
    received_on = date.min
    try:
        received_on = read_day(sent.get("received_on", ""))
    except ValueError:
        wrong["received_on"] = message("Write the day as 05/12/2024.")
    sets: dict[tuple[int, int], int] = {}
    for name, value in sent.items():
        field, _, line = name.partition("-")
        award_id, item_id = map(typed.number, line.partition("-")[::2])
        if field != "sets" or award_id is None or item_id is None:
            continue
        text = value.strip() or "0"
        if text.isascii() and text.isdigit() and len(text) < 4:
            sets[award_id, item_id] = int(text)
        else:
            wrong[name] = message("Write a number from 0 to {most}.", most=MOST_SETS)
    if wrong:
        raise Invalid(message("Check the marked fields and send again."), wrong)
    return Received(received_on, sent.get("received_from", ""), sets, sent.get("note", ""))


def _form(
    dossier_id: int, receipt_id: int | None = None, complaint: Complaint | None = None, status: int = 200
) -> Response:
    with reading() as work:
        known = None
        if receipt_id is None:
            receipts.require_recording(work, actor(), dossier_id)
        else:
            known = receipts.require_correcting(work, actor(), dossier_id, receipt_id)
        shared = content(work, dossier_id)
        return show(
            "dossiers/receipt_form.html",
            status,
            **shared,
            known=known,
            typed=request.form if complaint else _filled(work, shared, known),
            complaint=complaint,
            field_of=field_of,
            longest=LONGEST,
            most=MOST_SETS,
        )


def _filled(work: Work, shared: dict[str, Any], known: PaperReceipt | None) -> dict[str, str]:
    """What the form says at first: the receipt as it stands, or all that is still missing, today."""
    if known is not None:
        counted = {field_of((line.award_id, line.checklist_item_id)): str(line.sets) for line in known.lines}
        return {
            "received_on": day(known.received_on),
            "received_from": known.received_from,
            "note": known.note,
            **counted,
        }
    dossier, sheet = shared["dossier"], shared["papers"]
    missing = {
        field_of((papers.award.id, line.item.id)): str(line.missing)
        for papers in sheet.awards
        for line in papers.lines
    }
    today = work.now.astimezone(ZoneInfo(dossier.round.locality.zone)).date()
    return {"received_on": day(today), "received_from": dossier.unit.name_vi, **missing}
