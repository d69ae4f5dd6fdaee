"""Paper originals: receipts in parts, corrections that leave a trace, counted against what is owed."""

from datetime import date

import pytest
from sqlalchemy import update

from service.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from service.domain.receipts import Received
from service.operations.dossier import receipts, slips
from service.operations.watch import verification
from service.store import dossiers as dossier_rows
from service.store.tables import Attachment, Nomination, PaperReceipt
from tests.builders import World

DAY = date(2024, 11, 20)


def papers(world: World, dossier_id: int) -> dict[tuple[str, str], tuple[int, int]]:
    """The ids of what is owed, by the keys of award and paper."""
    with world.database.read() as work:
        dossier = dossier_rows.get(work, dossier_id)
        return {(award.key, item.key): (award.id, item.id) for award, item in receipts.owed(work, dossier)}


def broken(world: World) -> set[str]:
    with world.database.read() as work:
        return {one.invariant for one in verification.verify(work, world.folder).broken}


def test_sets_are_counted_per_award_and_paper_until_all_have_come(world: World) -> None:
    dossier_id = world.carry_to("select", awards=("giay_khen", "bang_khen_thu_tuong"))
    known = papers(world, dossier_id)
    assert ("giay_khen", "electronic_file") not in known
    assert ("bang_khen_thu_tuong", "electronic_file") not in known, "a file is owed, not sets of paper"
    labour = world.actor("labour")
    all_but_one = {paper: 3 if key[0] == "bang_khen_thu_tuong" else 1 for key, paper in known.items()}
    all_but_one[known["bang_khen_thu_tuong", "nominee_list"]] = 1
    with world.database.write() as work:
        first = receipts.record(work, labour, dossier_id, Received(DAY, "  UBND  xã ", all_but_one))
        sheet = receipts.sheet(work, labour, dossier_rows.get(work, dossier_id))
        assert (first.number, first.received_from, sheet.may_record) == (1, "UBND xã", True)
        own, upward = sheet.awards
        assert (own.complete, own.missing, upward.complete, upward.missing) == (1, 0, 1, 2)
    with world.database.write() as work:
        rest = {known["bang_khen_thu_tuong", "nominee_list"]: 2}
        receipts.record(work, labour, dossier_id, Received(DAY, "Bưu điện", rest))
        assert not receipts.sheet(work, labour, dossier_rows.get(work, dossier_id)).missing
        assert [step.kind for step in dossier_rows.history(work, dossier_id)][-2:] == ["papers_received"] * 2
        clerk = receipts.sheet(work, world.actor("clerk"), dossier_rows.get(work, dossier_id))
        assert (clerk.may_record, clerk.missing, len(clerk.receipts)) == (False, False, 2)
    assert broken(world) == set()


def test_a_correction_takes_the_place_of_a_receipt_and_both_stay(world: World) -> None:
    dossier_id = world.carry_to("select")
    paper = next(iter(papers(world, dossier_id).values()))
    labour, other = world.actor("labour"), world.actor("labour2")
    with world.database.write() as work:
        first = receipts.record(work, labour, dossier_id, Received(DAY, "Xã", {paper: 2})).id
    with world.database.write() as work:
        second = receipts.correct(
            work, other, dossier_id, first, Received(DAY, "Xã", {paper: 1}), "Đếm nhầm"
        ).id
    with pytest.raises(Conflict, match="receipt 2"), world.database.write() as work:
        receipts.correct(work, labour, dossier_id, first, Received(DAY, "Xã", {paper: 1}), "Lại")
    with pytest.raises(Invalid) as caught, world.database.write() as work:
        receipts.correct(work, labour, dossier_id, second, Received(DAY, "Xã", {paper: 1}), " ")
    assert list(caught.value.fields) == ["reason"]
    with world.database.write() as work:
        receipts.correct(work, labour, dossier_id, second, Received(DAY, "Xã", {}), "Trả lại đơn vị")
        sheet = receipts.sheet(work, labour, dossier_rows.get(work, dossier_id))
        assert [line.received for line in sheet.awards[0].lines] == [0] * len(sheet.awards[0].lines)
        assert [one.number for one in sheet.receipts] == [3, 2, 1]
        assert {one: newer.number for one, newer in sheet.corrected.items()} == {first: 2, second: 3}
    assert broken(world) == set()


def test_only_offices_that_review_the_dossier_record_and_wrong_receipts_are_refused(world: World) -> None:
    draft, dossier_id = world.open_dossier(), world.carry_to("select")
    paper = next(iter(papers(world, dossier_id).values()))
    right = Received(DAY, "Xã", {paper: 1})
    refused = {"clerk": NotAllowed, "interior": NotAllowed, "admin": NotAllowed, "neighbour": NotFound}
    for who, error in refused.items():
        with pytest.raises(error), world.database.write() as work:
            receipts.record(work, world.actor(who), dossier_id, right)
    with pytest.raises(NotFound), world.database.write() as work:
        receipts.record(work, world.actor("labour"), draft, right)
    wrong = {
        "received_on": Received(date(2024, 11, 21), "Xã", {paper: 1}),
        "received_from": Received(DAY, " ", {paper: 1}),
        f"sets-{paper[0]}-{paper[1]}": Received(DAY, "Xã", {paper: 100}),
        "sets": Received(DAY, "Xã", {paper: 0}),
    }
    for field, given in wrong.items():
        with pytest.raises(Invalid) as caught, world.database.write() as work:
            receipts.record(work, world.actor("labour"), dossier_id, given)
        assert list(caught.value.fields) == [field]


def test_verification_finds_content_that_its_history_does_not_tell(world: World) -> None:
    dossier_id = world.carry_to("select")
    paper = next(iter(papers(world, dossier_id).values()))
    with world.database.write() as work:
        receipts.record(work, world.actor("labour"), dossier_id, Received(DAY, "Xã", {paper: 1}))
    assert broken(world) == set()
    with world.database.write() as work:
        work.session.execute(update(PaperReceipt).values(received_from="Ai đó"))
        work.session.execute(update(Nomination).values(nominee_detail="Khác"))
        work.session.execute(update(Attachment).values(display_name="khác.pdf"))
    assert broken(world) >= {
        "the history tells every receipt of papers",
        "the history tells every nomination",
        "the history tells every file",
    }


def test_the_control_slip_tells_each_stay_with_its_office_and_whether_it_was_in_time(world: World) -> None:
    dossier_id, other = world.open_dossier(), world.open_dossier()
    world.on("2024-11-29 10:00")
    for submitted in (dossier_id, other):
        world.submit(submitted)
    world.on("2024-12-03 10:00")
    world.select(other, outcome="return_unit", reason="Bổ sung")
    world.on("2024-12-06 10:00")
    world.select(dossier_id, outcome="return_unit", reason="Bổ sung")
    with world.database.read() as work:
        # By the day of the office that asked for the supplement; after that day there is none.
        last = slips.show(work, world.actor("labour"), other).lines[-1]
        assert (last.task.element_id, last.timeliness.value) == ("prepare", "overdue")
        lines = slips.show(work, world.actor("labour"), dossier_id).lines
        found = [(line.task.element_id, line.timeliness.value, line.giver, line.holder) for line in lines]
        assert found == [
            ("prepare", "early", "", "Clerk"),
            ("select", "late", "Clerk", "Labour"),
            ("prepare", "open", "Labour", "Clerk"),
        ]
        assert [line.handed_to.key if line.handed_to else None for line in lines] == [
            "labour_office", "van_gia", None,
        ]  # fmt: skip
