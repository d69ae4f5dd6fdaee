"""Definitions: read once, shared by threads, told in words."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.domain.errors import Invalid, NotFound
from service.engine import read
from tests.unit.engine.drawings import SHIPPED, choice, drawing, end, flow, inside, path, start, task
from tests.unit.engine.journeys import Journey, award_dossier, return_to_unit


def test_a_definition_is_read_once_for_the_same_bytes() -> None:
    xml = SHIPPED.read_bytes()
    assert read(xml) is read(bytes(bytearray(xml)))
    assert read(xml + b"\n") is not read(xml)
    assert read(xml + b"\n").content_hash != read(xml).content_hash


def test_it_says_what_screens_ask() -> None:
    definition = read(SHIPPED.read_bytes())
    assert (definition.key, definition.name) == ("award_dossier", "Hồ sơ đề nghị khen thưởng")
    assert definition.documentation == "en: Award dossier"
    select = definition.element("select")
    assert (select.type, select.lane, select.documentation) == (
        "userTask",
        "Cơ quan Lao động",
        "en: Receive and select",
    )
    assert select.incoming == ("prepare_to_select", "appraisal_return_previous", "decision_return_labour")
    assert select.outgoing == ("select_to_result",)
    assert definition.element("select_overdue").timer == 'deadline("labour_review") + days(1)'
    assert definition.element("withdraw_before_selection").message == "withdraw"
    with pytest.raises(NotFound):
        definition.element("nothing")


def test_side_elements_are_the_escalations() -> None:
    assert read(SHIPPED.read_bytes()).side_elements == {
        "prepare_overdue",
        "notify_unit_overdue",
        "unit_overdue_notified",
        "prepare_overdue_head",
        "unit_overdue",
        "unit_overdue_unanswered",
        "unit_overdue_acknowledged",
        "select_overdue",
        "forward_to_interior_overdue",
        "labour_overdue",
        "labour_overdue_unanswered",
        "labour_overdue_acknowledged",
        "appraise_overdue",
        "forward_to_chairman_overdue",
        "interior_overdue",
        "interior_overdue_unanswered",
        "interior_overdue_acknowledged",
        "decide_overdue",
        "chairman_overdue",
        "chairman_overdue_acknowledged",
    }


def test_the_events_of_escalations_are_the_steps_of_the_climb() -> None:
    assert read(SHIPPED.read_bytes()).diagram.events_of_escalations == {
        "unit_overdue_unanswered",
        "labour_overdue_unanswered",
        "interior_overdue_unanswered",
    }


def test_the_picture_can_be_told_in_words() -> None:
    outline = read(SHIPPED.read_bytes()).outline
    assert [step.number for step in outline] == list(range(1, len(outline) + 1))
    order = [step.element.id for step in outline]
    assert sorted(order) == sorted(read(SHIPPED.read_bytes()).elements)
    main = ["start", "prepare", "select", "selection_result", "forward_to_interior", "appraise", "decide"]
    assert [order.index(key) for key in main] == sorted(order.index(key) for key in main)
    (result,) = [step for step in outline if step.element.id == "selection_result"]
    assert [(branch.label, branch.target) for branch in result.branches] == [
        ("Chấp nhận", "forward_to_interior"),
        ("Trả đơn vị bổ sung", "prepare"),
        ("Không chấp nhận", "refused"),
    ]


def test_the_inside_of_a_sub_process_follows_its_border() -> None:
    block = inside("block", start("s"), task("a"), end("e"), path("s", "a", "e"))
    outline = read(drawing(start(), block, end(), path("start", "block", "end"))).outline
    assert [step.element.id for step in outline] == ["start", "block", "s", "a", "e", "end"]


def test_steps_inside_a_sub_process_lie_in_its_lane() -> None:
    node = "<bpmn:flowNodeRef>block</bpmn:flowNodeRef>"
    lane = f'<bpmn:laneSet id="l"><bpmn:lane id="u" name="Unit">{node}</bpmn:lane></bpmn:laneSet>'
    block = inside("block", start("s"), task("a"), end("e"), path("s", "a", "e"))
    journey = Journey(read(drawing(lane, start(), block, end(), path("start", "block", "end"))))
    assert journey.task("a").lane == "Unit"


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"<a/>",
        drawing(),
        drawing(start(), '<bpmn:scriptTask id="x" />', end(), path("start", "x", "end")),
        drawing(
            start(),
            choice("x", "x_to_end"),
            end(),
            path("start", "x", "end"),
            flow("x", "end", "a b", key="c"),
        ),
        drawing(
            start(), *[task(f"t{n}") for n in range(3000)], path("start", *[f"t{n}" for n in range(3000)])
        ),
    ],
)
def test_what_cannot_be_run_cannot_be_read(xml: bytes) -> None:
    with pytest.raises(Invalid):
        read(xml)


def test_the_depth_of_the_caller_does_not_matter() -> None:
    keys = [f"t{number}" for number in range(380)]
    xml = drawing(start(), *[task(key) for key in keys], end(), path("start", *keys, "end"))

    def deep(levels: int) -> str:
        return deep(levels - 1) if levels else read(xml).key

    assert deep(700) == "small"


def test_threads_share_a_definition() -> None:
    """Eight threads move their own dossiers through one specification, interleaved step by step."""
    expected = award_dossier()
    for _ in range(5):
        return_to_unit(expected)
    gate = threading.Barrier(8)

    def travel() -> bytes:
        gate.wait(timeout=30)
        journey = award_dossier()
        for _ in range(5):
            return_to_unit(journey)
        return journey.step.state

    with ThreadPoolExecutor(8) as pool:
        states = [future.result() for future in [pool.submit(travel) for _ in range(8)]]
    assert set(states) == {expected.step.state}


def test_threads_that_read_the_same_diagram_at_once_agree() -> None:
    xml = SHIPPED.read_bytes() + b"\n\n"
    gate = threading.Barrier(8)

    def look() -> str:
        gate.wait(timeout=30)
        return read(xml).content_hash

    with ThreadPoolExecutor(8) as pool:
        assert len({future.result() for future in [pool.submit(look) for _ in range(8)]}) == 1
