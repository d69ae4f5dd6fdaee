"""The stored form stays small, and what a step costs does not grow with the history."""

import json
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import Conflict, EngineFailure
from service.engine import Complete, inspect, read, states, tokens
from tests.models.diagrams import LOOPS_IN_BRANCHES
from tests.unit.engine.drawings import SHIPPED
from tests.unit.engine.journeys import NOON, Journey, award_dossier, return_to_unit

LIMIT = 1_500


def quiet(journey: Journey) -> None:
    return_to_unit(journey)


def with_everything(journey: Journey) -> None:
    """A return on which every escalation fires, none is acknowledged, and every date changes."""
    journey.now += timedelta(days=60)
    for element, outcome in [
        ("prepare", "submit"),
        ("select", "accept"),
        ("forward_to_interior", "forward"),
        ("appraise", "accept"),
        ("forward_to_chairman", "forward"),
    ]:
        journey.now += timedelta(days=1)
        for timer in journey.step.timers:
            journey.fire(timer.element_id)
        journey.complete(element, outcome)
    journey.complete("decide", "return_unit")


@pytest.mark.parametrize("returns", [0, 5, 20, 100])
def test_a_state_is_small_however_often_the_dossier_was_returned(returns: int) -> None:
    journey = award_dossier()
    for _ in range(returns):
        quiet(journey)
        assert len(journey.step.state) <= LIMIT / 3
    journey.complete("prepare", "submit")
    assert len(journey.step.state) <= LIMIT / 3


def test_it_stays_small_with_unanswered_escalations_and_changing_dates() -> None:
    journey = award_dossier()
    for number in range(20):
        with_everything(journey)
        journey.redate(
            **{
                key: NOON + timedelta(days=number)
                for key in ("unit_submission", "labour_review", "interior_appraisal")
            }
        )
        # Each of them is open until somebody acknowledges it or its step is done, with a timer of its own.
        assert len(journey.step.state) <= LIMIT / 3 + 20 * len(journey.open)
    assert len(journey.open) > 20


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Counts the tokens that steps make, load and run: what their time is spent on."""
    made = 0
    original = tokens.Token.__init__

    def counting(self: tokens.Token, *args: object, **names: object) -> None:
        nonlocal made
        made += 1
        original(self, *args, **names)

    monkeypatch.setattr(tokens.Token, "__init__", counting)

    def count() -> int:
        nonlocal made
        seen, made = made, 0
        return seen

    return count


def cost(journey: Journey, work: Callable[[], int]) -> list[int]:
    costs: list[int] = []
    for element, outcome in [
        ("prepare", "submit"),
        ("select", "accept"),
        ("forward_to_interior", "forward"),
        ("appraise", "accept"),
        ("forward_to_chairman", "forward"),
        ("decide", "return_unit"),
    ]:
        work()
        journey.complete(element, outcome)
        costs.append(work())
    return costs


def test_a_step_costs_the_same_after_twenty_returns(work: Callable[[], int]) -> None:
    journey = award_dossier()
    first = cost(journey, work)
    for _ in range(20):
        quiet(journey)
    assert cost(journey, work) == first
    assert max(first) <= 25


def test_an_open_escalation_costs_itself_and_not_the_history(work: Callable[[], int]) -> None:
    journey = award_dossier(NOON + timedelta(days=40))
    first = cost(journey, work)
    journey.complete("prepare", "submit")
    journey.fire("select_overdue")
    journey.complete("select", "return_unit")
    for _ in range(20):
        quiet(journey)
    assert journey.open == ["labour_overdue", "prepare"]
    # Its task, the border it hangs on, and the timer of its climb.
    assert [new - old for new, old in zip(cost(journey, work), first, strict=True)] == [3] * 6


def test_a_step_costs_the_same_after_twenty_dates_were_missed(work: Callable[[], int]) -> None:
    journey = award_dossier(NOON + timedelta(days=40))
    first = cost(journey, work)
    for number in range(20):
        journey.redate(unit_submission=NOON + timedelta(days=number))
        journey.fire("prepare_overdue")
        assert len(journey.step.state) <= LIMIT / 2
    assert cost(journey, work)[1:] == first[1:]
    journey.redate(unit_submission=NOON + timedelta(days=20))
    assert cost(journey, work) == first


def test_loops_inside_parallel_branches_leave_nothing_behind(work: Callable[[], int]) -> None:
    journey = Journey(read(LOOPS_IN_BRANCHES))
    journey.complete("left", "return_unit")
    sizes, costs = [], []
    for _ in range(30):
        work()
        journey.complete("right", "return_unit")
        costs.append(work())
        sizes.append(len(journey.step.state))
    assert max(costs) == costs[0]
    assert max(sizes) - min(sizes) <= 10


def test_an_ended_process_keeps_nothing_but_its_end() -> None:
    journey = award_dossier()
    journey.receive("withdraw")
    assert len(journey.step.state) < 60


def test_elements_are_stored_by_their_own_ids() -> None:
    content = json.loads(award_dossier().step.state[1:])
    assert {"prepare", "prepare_overdue"} <= {row[1] for row in content[5]}


def test_a_long_state_is_packed() -> None:
    journey = award_dossier()
    journey.data = {f"name{number}": "a" * 50 for number in range(20)}
    journey.__post_init__()
    assert journey.step.state[:1] == b"Z"
    assert len(journey.step.state) < 500
    assert inspect(journey.definition, journey.step.state).open_tasks == journey.step.open_tasks


def test_values_come_back_as_they_were() -> None:
    journey = award_dossier()
    values = {"outcome": "submit", "flag": True, "one": 1, "half": 0.5, "nothing": None, "text": "Đơn vị “A”"}
    journey.do(Complete(journey.task("prepare").id, values))
    run, _ = states.decode(journey.step.state, journey.definition.program, None)
    (token,) = [token for token in run.tokens() if token.task_spec.name == "select"]
    assert token.data == {"round_kind": "annual", **values}
    assert [type(token.data[name]) for name in values] == [type(value) for value in values.values()]


@pytest.mark.parametrize(
    "state",
    [
        b"",
        b"J",
        b"Z",
        b"J{}",
        b"J[]",
        b"X[1,2,3,4,5,6]",
        b'J[9,"i",1,"",{},[]]',
        b"Z" + zlib.compress(b"[1]"),
        b'J[1,"i",1,"",{},[[1,"Gone",64,-1]]]',
        award_dossier().step.state.replace(b'"round_kind"', b'"\\tound_kind"'),
    ],
)
def test_a_damaged_state_is_an_incident(state: bytes) -> None:
    with pytest.raises(EngineFailure):
        inspect(award_dossier().definition, state)


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=3), st.integers(0, 400))
def test_flipped_and_missing_bytes_never_crash(flips: list[tuple[int, int]], length: int) -> None:
    journey = award_dossier()
    state = bytearray(journey.step.state)
    for place, value in flips:
        state[place % len(state)] = value
    damaged = bytes(state[:length])
    with suppress(EngineFailure):
        inspect(journey.definition, damaged)
    with suppress(EngineFailure, Conflict):
        journey.step = replace(journey.step, state=damaged)
        journey.complete("prepare", "submit")


def test_a_state_that_names_a_removed_element_says_which() -> None:
    journey = award_dossier()
    journey.complete("prepare", "submit")
    renamed = read(
        SHIPPED.read_bytes().replace(b'"select"', b'"select_again"').replace(b">select<", b">select_again<")
    )
    with pytest.raises(EngineFailure, match="select"):
        inspect(renamed, journey.step.state)


def test_a_state_goes_on_under_a_changed_diagram() -> None:
    journey = award_dossier()
    journey.complete("prepare", "submit")
    changed = read(SHIPPED.read_bytes().replace("Thẩm định hồ sơ".encode(), "Thẩm định kỹ".encode()))
    journey.definition = changed
    journey.complete("select", "accept")
    journey.complete("forward_to_interior", "forward")
    assert journey.task("appraise").name == "Thẩm định kỹ"
