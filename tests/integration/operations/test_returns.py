"""Returns to a chosen earlier step: where they may go, what stays, and what is told afterwards."""

import json
from io import BytesIO

import pytest

from service.domain.differences import Difference
from service.domain.errors import Invalid
from service.operations.dossier import attachments, differences, dossiers
from service.operations.dossier.dossiers import NominationInput
from service.operations.setup import deployments
from service.operations.watch import verification
from service.operations.work import completions, returns
from service.store import dossiers as dossier_rows
from tests.builders import ROOT, World
from tests.support.files import paper

REASON = {"outcome": "return_previous", "reason": "Cần làm rõ thành tích."}


def offered(world: World, dossier_id: int) -> list[tuple[str, str, str]]:
    """Where the open step may return the dossier to: element, outcome, office in Vietnamese."""
    with world.database.read() as work:
        task = completions.tasks.get(work, world.task(dossier_id).id)
        return [(way.element_id, way.outcome.value, way.office.vi) for way in returns.ways(work, task)]


def broken(world: World) -> list[str]:
    with world.database.read() as work:
        return [f"{one.invariant}: {one.found}" for one in verification.verify(work, world.folder).broken]


def test_every_reviewing_step_offers_the_earlier_steps_and_the_chosen_one_gets_the_dossier(
    world: World,
) -> None:
    dossier_id = world.carry_to("select")
    labour, interior = "Phòng Lao động - Thương binh và Xã hội", "Phòng Nội vụ"
    assert [way[:2] for way in offered(world, dossier_id)] == [("prepare", "return_unit")]
    world.select(dossier_id, who="labour2")
    world.forward_to_interior(dossier_id, f"{dossier_id}/TTr")
    assert [way[0] for way in offered(world, dossier_id)] == ["prepare", "select"]
    world.appraise(dossier_id)
    world.forward_to_chairman(dossier_id, f"{dossier_id}/TTr-NV")
    ways = offered(world, dossier_id)
    assert [way[0] for way in ways] == ["prepare", "select", "appraise"]
    assert (labour in ways[1][2], interior in ways[2][2]) == (True, True), ways
    task = world.task(dossier_id)
    with world.database.read() as work:
        task = completions.tasks.get(work, task.id)
        drawn = {part.get("key"): part for part in completions.offered_schema(work, task)["components"]}
    assert [one["value"] for one in drawn["return_to"]["values"]] == ["select", "appraise"]
    assert "valuesKey" not in drawn["return_to"]
    assert "Tiếp nhận và xét chọn" in drawn["return_to"]["values"][0]["label"]
    with pytest.raises(Invalid) as caught:
        world.complete("chairman", task.id, {**REASON, "return_to": "prepare"}, {})
    assert list(caught.value.fields) == ["return_to"]
    world.complete("chairman", task.id, {**REASON, "return_to": "select"}, {})
    back = world.task(dossier_id)
    assert (back.element_id, back.assignee.sign_in_name if back.assignee else None) == ("select", "labour2")
    with world.database.read() as work:
        step = dossier_rows.history(work, dossier_id)[-1]
        assert (step.outcome, step.params["return_to"]) == ("return_previous", "select")
        state = dossier_rows.instance(work, dossier_id).state
    assert len(state) < 1500
    assert broken(world) == []


def test_what_is_corrected_comes_back_to_whoever_returned_it_while_they_sit_there(world: World) -> None:
    dossier_id = world.carry_to("select")
    back: list[str | None] = []
    for leave in (False, True):
        world.select(dossier_id, outcome="return_unit", reason="Thiếu biên bản.", who="labour2")
        if leave:
            world.unseat("labour2")
        world.submit(dossier_id)
        task = world.task(dossier_id)
        back.append(task.assignee.sign_in_name if task.assignee else None)
    assert back == ["labour2", None]
    world.select(dossier_id)
    world.forward_to_interior(dossier_id, f"{dossier_id}/TTr")
    assert world.task(dossier_id).assignee is None, "nobody of the next office has asked for anything"


def test_a_dossier_on_an_older_diagram_goes_on_by_its_own_arrows(world: World) -> None:
    shipped = (ROOT / "bpmn" / "award_dossier.bpmn").read_bytes()
    older = shipped.replace(b'outcome == "return_previous" and return_to == "select"', b'outcome == "never"')
    older = older.replace(b' and return_to != "select"', b"")
    with world.database.write() as work:
        assert deployments.deploy(work, older, "older").version == 2
    dossier_id = world.carry_to("decide")
    with world.database.write() as work:
        assert deployments.deploy(work, shipped, "newer").version == 3
    assert [way[0] for way in offered(world, dossier_id)] == ["prepare", "appraise"]
    with pytest.raises(Invalid):
        world.complete("chairman", world.task(dossier_id).id, {**REASON, "return_to": "select"}, {})
    world.complete("chairman", world.task(dossier_id).id, REASON, {})
    assert world.task(dossier_id).element_id == "appraise"
    assert broken(world) == []


def test_a_form_of_before_there_was_a_choice_still_returns_to_the_nearest_step(world: World) -> None:
    form = json.loads((ROOT / "forms" / "decide.json").read_text(encoding="utf-8"))
    form["components"] = [part for part in form["components"] if part.get("key") != "return_to"]
    with world.database.write() as work:
        deployments.deploy_form(work, "decide", json.dumps(form))
    dossier_id = world.carry_to("decide")
    world.complete("chairman", world.task(dossier_id).id, REASON, {})
    assert world.task(dossier_id).element_id == "appraise"


def achieve(world: World, dossier_id: int, text: str) -> None:
    """The unit writes the achievement of its only nominee anew."""
    with world.database.write() as work:
        (one,) = dossier_rows.get(work, dossier_id).nominations
        given = NominationInput("giay_khen", one.nominee_kind, one.nominee_name, text)
        dossiers.change_nomination(work, world.actor("clerk"), dossier_id, one.id, given)


def told_since(world: World, dossier_id: int) -> tuple[list[str], list[tuple[str, str]]]:
    """What whoever has the dossier now is told: the reasons of the returns, and each changed text."""
    with world.database.read() as work:
        task = completions.tasks.get(work, world.task(dossier_id).id)
        found = differences.since_return(work, task, dossier_rows.history(work, dossier_id))
        assert found is not None
        changed = [(str(one.before), str(one.after)) for each in found.nominations for one in each.fields]
        return [str(step.reason) for step in found.returns], changed


def test_two_returns_in_a_row_tell_each_reader_what_is_new_to_them(world: World) -> None:
    dossier_id, old = world.carry_to("select"), "Thoát nghèo bền vững."
    for number, text in enumerate(("Giúp hai hộ.", "Giúp ba hộ."), start=1):
        world.select(dossier_id, outcome="return_unit", reason=f"Lần {number}.")
        task = world.task(dossier_id)
        with world.database.read() as work:
            kept = returns.answers_before(
                work, completions.tasks.get(work, task.id), dossier_rows.history(work, task.dossier_id)
            )
        assert kept["letter_number"] == ("15/TTr" if number == 1 else "16/TTr"), "the answers are kept"
        achieve(world, dossier_id, text)
        world.submit(dossier_id, letter_number=f"{15 + number}/TTr")
        assert told_since(world, dossier_id) == ([f"Lần {number}."], [(old, text)])
        old = text
    with world.database.read() as work:
        steps = [one for one in dossier_rows.history(work, dossier_id) if one.outcome == "return_unit"]
        whole = differences.show(work, world.actor("interior"), dossier_id, steps[0].position)
    assert whole is not None
    assert [step.reason for step in whole.returns] == ["Lần 1.", "Lần 2."]
    (one,) = [field for each in whole.nominations for field in each.fields]
    assert (str(one.before), str(one.after)) == ("Thoát nghèo bền vững.", "Giúp ba hộ.")
    assert broken(world) == []


def test_a_return_of_a_return_tells_every_step_on_the_way_up_again(world: World) -> None:
    dossier_id = world.carry_to("decide")
    back = {"outcome": "return_previous", "return_to": "appraise", "reason": "Chủ tịch hỏi lại."}
    world.complete("chairman", world.task(dossier_id).id, back, {})
    assert told_since(world, dossier_id) == (["Chủ tịch hỏi lại."], [])
    further = {"outcome": "return_unit", "reason": "Thiếu số liệu."}
    world.complete("interior", world.task(dossier_id).id, further, {})
    assert world.task(dossier_id).element_id == "prepare"
    achieve(world, dossier_id, "Giúp bốn hộ.")
    world.submit(dossier_id)
    change = [("Thoát nghèo bền vững.", "Giúp bốn hộ.")]
    assert told_since(world, dossier_id) == (["Chủ tịch hỏi lại.", "Thiếu số liệu."], change)
    world.select(dossier_id)
    world.forward_to_interior(dossier_id, "41/TTr")
    assert told_since(world, dossier_id) == (["Thiếu số liệu."], change), (
        "its own return, and what came of it"
    )
    world.appraise(dossier_id)
    world.forward_to_chairman(dossier_id, "61/TTr")
    assert told_since(world, dossier_id) == (["Chủ tịch hỏi lại.", "Thiếu số liệu."], change)
    world.decide(dossier_id)
    assert broken(world) == []


def test_what_has_changed_since_a_return_is_told_field_by_field_when_the_dossier_is_back(
    world: World,
) -> None:
    dossier_id = world.carry_to("select", awards=("giay_khen", "bang_khen_tinh"))
    world.select(dossier_id, outcome="return_unit", reason="Thiếu xác nhận của xã.")
    clerk = world.actor("clerk")
    with world.database.write() as work:
        first, second = dossier_rows.get(work, dossier_id).nominations
        changed = NominationInput("giay_khen", "household", first.nominee_name, "Giúp ba hộ.", "Thôn 1")
        dossiers.change_nomination(work, clerk, dossier_id, first.id, changed)
        dossiers.add_nomination(
            work, clerk, dossier_id, NominationInput("giay_khen", "individual", "Bà Lê Thị Mới", "Mới.")
        )
        dossiers.rename(work, clerk, dossier_id, "Tên mới")
        gone, replaced = dossier_rows.attachments(work, dossier_id)[:2]
        attachments.remove(work, clerk, dossier_id, gone.id)
        with pytest.raises(Invalid):
            attachments.replace(
                work, clerk, world.folder, dossier_id, replaced.id,
                display_name="a.pdf", stream=BytesIO(paper("new")),
            )  # fmt: skip
    with world.database.write() as work:
        newer = attachments.replace(
            work, clerk, world.folder, dossier_id, replaced.id,
            display_name="moi.pdf", stream=BytesIO(paper("new")), reason="Có dấu của xã.",
        )  # fmt: skip
        again = attachments.add(
            work, clerk, world.folder, dossier_id, display_name="lại.pdf",
            stream=BytesIO(paper("again")), checklist_item_id=gone.checklist_item_id,
        )  # fmt: skip
        kept = (newer.id, again.id)
    world.submit(dossier_id, letter_number="16/TTr")
    task = world.task(dossier_id)
    with world.database.read() as work:
        found = differences.since_return(
            work, completions.tasks.get(work, task.id), dossier_rows.history(work, dossier_id)
        )
        assert found is not None
        assert [step.reason for step in found.returns] == ["Thiếu xác nhận của xã."]
        told = {one.change.nominee: one for one in found.nominations}
        assert {name: one.change.kind for name, one in told.items()} == {
            first.nominee_name: Difference.CHANGED,
            "Bà Lê Thị Mới": Difference.ADDED,
        }
        assert [(one.field, str(one.before), str(one.after)) for one in told[first.nominee_name].fields] == [
            ("detail", "", "Thôn 1"),
            ("achievement", "Thoát nghèo bền vững.", "Giúp ba hộ."),
        ]
        assert [(one.change.kind, one.change.before_id, one.change.after_id) for one in found.files] == [
            (Difference.REPLACED, replaced.id, kept[0]),
            (Difference.ADDED, None, kept[1]),
            (Difference.REMOVED, gone.id, None),
        ]
        assert [(one.element_id, str(one.before), str(one.after)) for one in found.answers] == [
            ("prepare", "15/TTr", "16/TTr")
        ]
        assert (found.title.before, found.title.after) == ("Hồ sơ khen thưởng", "Tên mới")  # type: ignore[union-attr]
        assert found.count == 7
        row, stream = attachments.open_file(
            work, world.actor("labour"), world.folder, dossier_id, replaced.id
        )
        with stream:
            assert (row.version, stream.read()[:5]) == (1, b"%PDF-")
    assert second.nominee_name not in told
    assert broken(world) == []
