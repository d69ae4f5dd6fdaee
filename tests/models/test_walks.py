"""Random commands, stored and loaded after every one: our engine and the stock one agree throughout."""

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.engine import (
    Command,
    Complete,
    Environment,
    Event,
    Fire,
    Receive,
    Redate,
    Scalar,
    Start,
    Step,
    advance,
    check,
    inspect,
    read,
)
from tests.models.diagrams import DIAGRAMS
from tests.models.random_diagrams import diagrams
from tests.models.stock import Stock, in_order
from tests.unit.engine.drawings import VOCABULARY

WALKS = int(os.environ.get("TRINH_MODEL_WALKS", "40"))
LENGTH = int(os.environ.get("TRINH_MODEL_STEPS", "25"))
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2030, 1, 1, tzinfo=ZONE)
KEYS = ("report", "unit_submission", "labour_review", "interior_appraisal", "chairman_decision")
# Mostly outcomes that keep the walk going; every one that a condition asks for.
OUTCOMES = (
    "accept",
    "accept",
    "accept",
    "return_unit",
    "return_unit",
    "return_previous",
    "approve",
    "refuse",
)

# Few, so that a date often comes back.
dates = st.none() | st.integers(1, 6).map(lambda day: datetime(2029, 6, day, tzinfo=ZONE))
all_dates = st.fixed_dictionaries(dict.fromkeys(KEYS, dates))
values = st.fixed_dictionaries(
    {
        "outcome": st.sampled_from(OUTCOMES),
        "return_to": st.sampled_from(("", "select", "appraise")),
        "has_upward": st.booleans(),
        "not_applicable": st.booleans(),
    }
)
moves = st.tuples(st.integers(0, 11), st.integers(0, 99), values, all_dates)


class Walk:
    """The same instance in both engines."""

    def __init__(self, xml: bytes, deadlines: Mapping[str, datetime | None]) -> None:
        self.definition = read(xml)
        self.deadlines = deadlines
        self.now = NOW
        data = {
            "round_kind": "annual",
            "recipients": 2,
            "outcome": "submit",
            "return_to": "",
            "has_upward": False,
            "not_applicable": False,
        }
        self.stock = Stock.start(xml, self.definition.key, data, deadlines, self.now)
        self.step = self._advance(None, Start(data))
        self.seen: dict[str, int] = {}
        self.compare()

    def _advance(self, state: bytes | None, command: Command) -> Step:
        return advance(self.definition, state, command, Environment(self.now, ZONE, self.deadlines))

    def _do(self, command: Command) -> None:
        before = self.step
        self.step = self._advance(before.state, command)
        _check_events(before, self.step)

    def move(
        self, kind: int, pick: int, values: Mapping[str, Scalar], deadlines: Mapping[str, datetime | None]
    ) -> None:
        self.now = self.stock.now = self.now + timedelta(hours=9)
        due = [timer for timer in _timers(self.step) if timer.due_at is not None and timer.due_at <= self.now]
        if kind <= 1:
            self.deadlines = deadlines
            self.stock.redate(deadlines)
            self._do(Redate())
        elif kind == 2 and self.stock.waits_for_message:
            self.stock.receive("withdraw")
            self._do(Receive("withdraw"))
        elif kind <= 5 and due:
            timer = due[pick % len(due)]
            self.stock.fire(_timers(self.step).index(timer))
            self._do(Fire(timer.task_id))
        elif self.step.open_tasks:
            tasks = sorted(self.step.open_tasks, key=lambda task: (task.element_id, self.seen[task.id]))
            position = pick % len(tasks)
            self.stock.complete(position, values)
            self._do(Complete(tasks[position].id, values))
        elif self.stock.waits_for_message:
            self.stock.receive("withdraw")
            self._do(Receive("withdraw"))
        self.compare()

    def compare(self) -> None:
        for task in self.step.open_tasks:
            self.seen.setdefault(task.id, len(self.seen))
        assert (self.step.ended and self.step.ended.element_id) == self.stock.ending
        seen = inspect(self.definition, self.step.state)
        assert (seen.open_tasks, seen.timers, seen.ended) == (
            self.step.open_tasks,
            self.step.timers,
            self.step.ended,
        )
        if not self.step.ended:
            assert sorted(task.element_id for task in self.step.open_tasks) == self.stock.open_elements
            assert [(timer.element_id, timer.due_at) for timer in _timers(self.step)] == self.stock.timers


def _timers(step: Step) -> list:
    return sorted(step.timers, key=lambda timer: in_order(timer.element_id, timer.due_at))


def _check_events(before: Step, after: Step) -> None:
    """What opened and closed is exactly the difference between the two steps."""

    def ids(kind: str) -> set[str | None]:
        return {event.task_id for event in after.events if event.kind == kind}

    old, new = {task.id for task in before.open_tasks}, {task.id for task in after.open_tasks}
    closed = ids("completed") | ids("cancelled")
    assert new - old <= ids("opened")
    assert old - new <= closed
    assert not closed & new
    assert [event for event in after.events if event.kind == "ended"] == (
        [Event("ended", after.ended.element_id, after.ended.name, None, {})] if after.ended else []
    )


def walk(xml: bytes, first: Mapping[str, datetime | None], steps: list) -> None:
    going = Walk(xml, first)
    for step in steps:
        if going.step.ended:
            break
        going.move(*step)
        assert len(going.step.state) <= 1_500


sizes = settings(
    max_examples=WALKS,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
walks = st.lists(moves, min_size=5, max_size=LENGTH)


@pytest.mark.parametrize("name", DIAGRAMS)
def test_a_stored_and_compacted_process_moves_like_the_stock_engine(name: str) -> None:
    @sizes
    @given(first=all_dates, steps=walks)
    def go(first: Mapping[str, datetime | None], steps: list) -> None:
        walk(DIAGRAMS[name], first, steps)

    go()


@sizes
@given(xml=diagrams, first=all_dates, steps=walks)
def test_so_does_any_diagram_of_the_allowed_subset(
    xml: bytes, first: Mapping[str, datetime | None], steps: list
) -> None:
    rules = {finding.rule for finding in check(xml, VOCABULARY) if finding.severity == "error"}
    assert rules <= {"too-wide"}
    walk(xml, first, steps)
