"""Processes that stand alike are moved once, and each gets its own answer."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import Conflict, EngineFailure, Invalid
from service.engine import (
    Command,
    Complete,
    Definition,
    Environment,
    Fire,
    Receive,
    Redate,
    Start,
    Step,
    Stepper,
    advance,
    read,
)
from tests.unit.engine.drawings import SHIPPED, choice, drawing, end, flow, path, start, task
from tests.unit.engine.journeys import DEADLINES, HANOI, NOON

NAMES = ("a1", "b22", "c333")
OUTCOMES = ("submit", "accept", "accept", "forward", "return_unit", "return_previous", "approve")
moves = st.tuples(st.integers(0, 9), st.integers(0, 9), st.sampled_from(OUTCOMES), st.integers(-3, 30))
SHIPPED_PATH = read(SHIPPED.read_bytes())


@given(st.lists(moves, max_size=25))
def test_each_gets_the_answer_that_it_would_get_alone(chosen: list[tuple[int, int, str, int]]) -> None:
    around = Environment(NOON, HANOI, DEADLINES)
    steps = {
        name: advance(SHIPPED_PATH, None, Start({"recipients": 2, "return_to": "select"}, name), around)
        for name in NAMES
    }
    for kind, which, outcome, days in chosen:
        if steps[NAMES[0]].ended is not None:
            break
        dates = {key: date and date + timedelta(days) for key, date in DEADLINES.items()}
        around = Environment(around.now + timedelta(days=1), HANOI, dates)
        together = Stepper()
        for name, step in list(steps.items()):
            command = _command(step, kind, which, outcome)
            try:
                alone = advance(SHIPPED_PATH, step.state, command, around)
            except Conflict as refused:
                with pytest.raises(Conflict, match=str(refused)[:20]):
                    together.advance(SHIPPED_PATH, step.state, command, around)
                continue
            assert together.advance(SHIPPED_PATH, step.state, command, around) == alone
            steps[name] = alone


def test_those_that_stand_alike_are_moved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    moved: list[bytes] = []

    def counted(definition: Definition, state: bytes, command: Command, around: Environment) -> Step:
        moved.append(state)
        return advance(definition, state, command, around)

    monkeypatch.setattr("service.engine.steppers.advance", counted)
    around = Environment(NOON, HANOI, DEADLINES)
    stepper = Stepper()
    for number in range(100):
        state = advance(SHIPPED_PATH, None, Start({"recipients": number % 2}, f"d{number}"), around).state
        stepper.advance(SHIPPED_PATH, state, Redate(), around)
    assert len(moved) == 2


def test_what_differs_is_told_apart() -> None:
    definition = read(
        drawing(
            *(start(), task("ask"), choice("way", "way_to_no"), end("yes"), end("no")),
            *(path("start", "ask", "way", "no"), flow("way", "yes", "has_upward")),
        )
    )
    around = Environment(NOON, HANOI, {})
    stepper, endings = Stepper(), {}
    for name, upward in (("a", True), ("b", False), ("c", True)):
        step = advance(definition, None, Start({}, name), around)
        asked = Complete(step.open_tasks[0].id, {"has_upward": upward})
        endings[name] = stepper.advance(definition, step.state, asked, around).ended
    reached = {name: ending.element_id for name, ending in endings.items() if ending}
    assert reached == {"a": "yes", "b": "no", "c": "yes"}


def test_dates_and_instants_that_differ_are_told_apart() -> None:
    stepper, later = Stepper(), {key: date and date + timedelta(1) for key, date in DEADLINES.items()}
    for number, (now, dates) in enumerate(
        [(NOON, DEADLINES), (NOON, later), (NOON + timedelta(9), DEADLINES), (NOON, DEADLINES)]
    ):
        around = Environment(now, HANOI, dates)
        state = advance(SHIPPED_PATH, None, Start({}, f"d{number}"), Environment(NOON, HANOI, {})).state
        alone = advance(SHIPPED_PATH, state, Redate(), around)
        assert stepper.advance(SHIPPED_PATH, state, Redate(), around) == alone


@pytest.mark.parametrize("state", [b"", b"X[1]", b"J[]", b'J[1,"x"', b"Zzz"])
def test_a_damaged_state_is_told(state: bytes) -> None:
    with pytest.raises(EngineFailure, match="damaged"):
        Stepper().advance(SHIPPED_PATH, state, Redate(), Environment(NOON, HANOI, {}))


def test_a_task_of_another_process_is_refused_however_alike() -> None:
    around, stepper = Environment(NOON, HANOI, DEADLINES), Stepper()
    first, second = (advance(SHIPPED_PATH, None, Start({}, name), around) for name in ("a", "b"))
    stepper.advance(
        SHIPPED_PATH, first.state, Complete(first.open_tasks[0].id, {"outcome": "submit"}), around
    )
    with pytest.raises(Conflict, match="no longer open"):
        stepper.advance(
            SHIPPED_PATH, second.state, Complete(first.open_tasks[0].id, {"outcome": "submit"}), around
        )


@pytest.mark.parametrize("name", ["A", "a-1", 'a"', "ä", "a b"])
def test_an_instance_is_named_by_digits_and_small_letters(name: str) -> None:
    with pytest.raises(Invalid, match="does not name an instance"):
        advance(SHIPPED_PATH, None, Start({}, name), Environment(NOON, HANOI, {}))


def _command(step: Step, kind: int, which: int, outcome: str) -> Command:
    """One of the commands that might be given now, mostly one that leads on."""
    timers = [one.task_id for one in step.timers]
    if kind < 2 and timers:
        return Fire(timers[which % len(timers)])
    if kind == 2:
        return Redate()
    if kind == 3:
        return Receive("withdraw")
    return Complete(
        step.open_tasks[which % len(step.open_tasks)].id, {"outcome": outcome, "has_upward": False}
    )
