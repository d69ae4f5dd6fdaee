"""Random diagrams of the allowed subset: blocks inside blocks, so that each is sound by construction."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.unit.engine.drawings import (
    choice,
    drawing,
    end,
    flow,
    inside,
    message_border,
    notice,
    parallel,
    start,
    task,
    timer,
    wait_for_message,
    wait_until,
)

DATES = (
    'deadline("unit_submission")',
    'deadline("labour_review") + days(1)',
    'deadline("interior_appraisal")',
)
CONDITIONS = ('outcome == "accept"', 'outcome in ("accept", "refuse")', "has_upward", "not has_upward")

Block = tuple[Any, ...]

_steps: st.SearchStrategy[Block] = st.one_of(
    st.just(("task",)),
    st.just(("task",)),
    st.just(("notice",)),
    st.just(("message",)),
    st.tuples(st.just("wait"), st.sampled_from(DATES)),
    st.tuples(st.just("escalating"), st.sampled_from(DATES)),
    st.tuples(st.just("expiring"), st.sampled_from(DATES)),
    st.just(("stoppable",)),
)


def _larger(smaller: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    conditions = st.sampled_from(CONDITIONS)
    return st.one_of(
        st.tuples(st.just("sequence"), smaller, smaller),
        st.tuples(st.just("choice"), conditions, smaller, smaller),
        st.tuples(st.just("loop"), conditions, smaller),
        st.tuples(st.just("parallel"), st.lists(smaller, min_size=2, max_size=3)),
        st.tuples(st.just("inside"), smaller, st.booleans()),
    )


blocks: st.SearchStrategy[Block] = st.recursive(_steps, _larger, max_leaves=7)


@dataclass
class Scope:
    """The parts of one process or sub-process while it is drawn."""

    number: list[int]
    parts: list[str] = field(default_factory=list)

    def key(self, kind: str) -> str:
        self.number[0] += 1
        return f"{kind}{self.number[0]}"

    def add(self, kind: str, make: Any, *arguments: Any, **names: Any) -> str:
        key = self.key(kind)
        self.parts.append(make(key, *arguments, **names))
        return key

    def join(self, source: str, target: str, condition: str = "", key: str = "") -> None:
        self.parts.append(flow(source, target, condition, key))

    def draw(self, block: Block, *, looped: bool) -> tuple[str, str]:
        """The first and the last element of the block."""
        return getattr(self, f"_{block[0]}")(*block[1:], looped=looped)

    def _task(self, *, looped: bool) -> tuple[str, str]:
        key = self.add("task", task)
        return key, key

    def _notice(self, *, looped: bool) -> tuple[str, str]:
        key = self.add("notice", notice)
        return key, key

    def _message(self, *, looped: bool) -> tuple[str, str]:
        key = self.add("message", wait_for_message)
        return key, key

    def _wait(self, date: str, *, looped: bool) -> tuple[str, str]:
        key = self.add("wait", wait_until, date)
        return key, key

    def _escalating(self, date: str, *, looped: bool) -> tuple[str, str]:
        key = self.add("task", task)
        event = self.add("late", timer, key, date)
        head, done = self.add("head", task), self.add("done", end, terminate=False)
        self.join(event, head)
        self.join(head, done)
        return key, key

    def _expiring(self, date: str, *, looped: bool) -> tuple[str, str]:
        return self._interrupted(lambda host: self.add("expired", timer, host, date, interrupting=True))

    def _stoppable(self, *, looped: bool) -> tuple[str, str]:
        return self._interrupted(lambda host: self.add("stopped", message_border, host))

    def _interrupted(self, border: Any) -> tuple[str, str]:
        key, merge = self.add("task", task), self.add("merge", choice)
        event = border(key)
        other = self.add("instead", task)
        self.join(key, merge)
        self.join(event, other)
        self.join(other, merge)
        return key, merge

    def _sequence(self, first: Block, second: Block, *, looped: bool) -> tuple[str, str]:
        start_of_first, end_of_first = self.draw(first, looped=looped)
        start_of_second, end_of_second = self.draw(second, looped=looped)
        self.join(end_of_first, start_of_second)
        return start_of_first, end_of_second

    def _choice(self, condition: str, yes: Block, no: Block, *, looped: bool) -> tuple[str, str]:
        otherwise = self.key("otherwise")
        split, merge = self.add("split", choice, otherwise), self.add("merge", choice)
        for block, text, key in ((yes, condition, ""), (no, "", otherwise)):
            first, last = self.draw(block, looped=looped)
            self.join(split, first, text, key)
            self.join(last, merge)
        return split, merge

    def _loop(self, condition: str, body: Block, *, looped: bool) -> tuple[str, str]:
        onward = self.key("onward")
        merge, pause = self.add("again", choice), self.add("task", task)
        first, last = self.draw(body, looped=True)
        split, after = self.add("repeat", choice, onward), self.add("after", choice)
        self.join(merge, pause)
        self.join(pause, first)
        self.join(last, split)
        self.join(split, merge, condition)
        self.join(split, after, key=onward)
        return merge, after

    def _parallel(self, branches: list[Block], *, looped: bool) -> tuple[str, str]:
        if looped:
            return self._inside(("parallel", branches), stop=False, looped=True)
        fork, meet = self.add("fork", parallel), self.add("meet", parallel)
        for block in branches:
            first, last = self.draw(block, looped=False)
            self.join(fork, first)
            self.join(last, meet)
        return fork, meet

    def _inside(self, block: Block, stop: bool, *, looped: bool) -> tuple[str, str]:  # noqa: FBT001
        inner = Scope(self.number)
        inner.finish(block, terminate=True)
        key = self.add("inside", inside, *inner.parts)
        if not stop:
            return key, key
        merge = self.add("merge", choice)
        event = self.add("stopped", message_border, key)
        self.join(key, merge)
        self.join(event, merge)
        return key, merge

    def finish(self, block: Block, *, terminate: bool) -> None:
        begin, final = self.add("start", start), self.add("end", end, terminate=terminate)
        first, last = self.draw(block, looped=False)
        self.join(begin, first)
        self.join(last, final)


def diagram(block: Block) -> bytes:
    scope = Scope([0])
    scope.finish(block, terminate=True)
    return drawing(*scope.parts)


diagrams = blocks.map(diagram)
