"""Figures, goals and clocks."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from statistics import median


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound that a figure should keep: at most, or at least."""

    bound: float
    at_least: bool = False

    def met_by(self, value: float) -> bool:
        """Whether the value keeps the bound."""
        return value >= self.bound if self.at_least else value <= self.bound

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {_plain(self.bound)}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. `detail` says what it was made of."""

    benchmark: str
    name: str
    database: str
    value: float
    unit: str
    goal: Goal | None = None
    detail: dict[str, float] = field(default_factory=dict[str, float])

    @property
    def met(self) -> bool | None:
        """Whether the goal was met; None without a goal."""
        return None if self.goal is None else self.goal.met_by(self.value)

    def __str__(self) -> str:
        return f"{self.benchmark}: {self.name} on {self.database}: {_plain(self.value)} {self.unit}"

    def as_json(self) -> dict[str, object]:
        """The figure as plain values."""
        return {
            **asdict(self),
            "value": round(self.value, 4),
            "goal": str(self.goal) if self.goal else None,
            "met": self.met,
            "detail": {name: round(value, 4) for name, value in self.detail.items()},
        }


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: the full run, or the quick one for a first look."""

    quick: bool = False

    def of(self, full: int, quick: int) -> int:
        """A number for each kind of run."""
        return quick if self.quick else full


@contextmanager
def undisturbed() -> Iterator[None]:
    """No garbage collection while something is timed; the backlog is collected before."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def timed(action: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def in_turns(times: int, actions: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The median seconds of some actions that are called in turns: A B A B …, so that a slow moment
    of the machine hits all of them alike."""
    taken: dict[str, list[float]] = {name: [] for name in actions}
    with undisturbed():
        for _ in range(times):
            for name, action in actions.items():
                taken[name].append(timed(action))
    return {name: median(values) for name, values in taken.items()}


def table(figures: list[Figure]) -> str:
    """The figures as people read them."""
    rows = [("benchmark", "figure", "database", "value", "goal", "")]
    for figure in figures:
        verdict = {None: "", True: "met", False: "MISSED"}[figure.met]
        value = f"{_plain(figure.value)} {figure.unit}".strip()
        rows.append((figure.benchmark, figure.name, figure.database, value, str(figure.goal or ""), verdict))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for number, row in enumerate(rows):
        cells = [
            cell.rjust(width) if column == 3 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
        if number == 0:
            lines.append("  ".join("-" * width for width in widths))
    return "\n".join(lines)


def _plain(value: float) -> str:
    if value >= 1000:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.3g}"
