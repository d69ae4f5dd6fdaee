"""Where a step may send a dossier back to: read off the arrows of its diagram, nothing is moved."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import lru_cache

from service.domain.calendars import WorkingCalendar
from service.domain.errors import EngineFailure
from service.engine.arithmetic import Scalar
from service.engine.definitions import Definition
from service.engine.diagrams import Diagram, Element
from service.engine.dialect import EXCLUSIVE, USER_TASK
from service.engine.expressions import compile_condition

OUTCOME, RETURN_TO = "outcome", "return_to"
"""What the conditions behind a reviewing step ask: its answer, and the step that it names."""


@dataclass(frozen=True, slots=True)
class Return:
    """An earlier step, and the values with which the arrows lead back there."""

    element: Element
    outcome: str
    return_to: str

    @property
    def values(self) -> dict[str, str]:
        """As conditions read them."""
        return {OUTCOME: self.outcome, RETURN_TO: self.return_to}


@dataclass(frozen=True, slots=True)
class _NoDates:
    """Conditions that ask about dates lead nowhere here: what may be chosen must not depend on the day."""

    zone: tzinfo = UTC
    deadlines: Mapping[str, datetime | None] = field(default_factory=dict[str, datetime | None])
    calendar: WorkingCalendar | None = None
    opened_at: datetime | None = None


_NO_DATES = _NoDates()
_compiled = lru_cache(maxsize=512)(compile_condition)


def returns(
    definition: Definition, element_id: str, outcomes: Sequence[str], around: Mapping[str, Scalar]
) -> tuple[Return, ...]:
    """The earlier steps to which the arrows behind a step lead with one of these answers.

    They come in the order of the route, each once. `around` holds what else conditions may ask: a way
    back that hangs on a value missing there is not offered. A step counts as earlier when the dossier
    comes from it to this one again.
    """
    diagram = definition.diagram
    start = definition.element(element_id)
    steps = [line.element for line in definition.outline if line.element.type == USER_TASK]
    found: dict[str, Return] = {}
    for outcome in outcomes:
        # Without a name first: that is the way of a diagram which does not ask for one.
        for named in ("", *(step.id for step in steps)):
            reached = _reached(diagram, start, {**around, OUTCOME: outcome, RETURN_TO: named})
            if reached is not None and reached.id != start.id and named in {"", reached.id}:
                found.setdefault(reached.id, Return(reached, outcome, named))
    order = [step.id for step in steps]
    return tuple(
        sorted(
            (way for way in found.values() if _comes_again(diagram, way.element, start)),
            key=lambda way: order.index(way.element.id),
        )
    )


def _reached(diagram: Diagram, start: Element, values: Mapping[str, Scalar]) -> Element | None:
    """The next user task on the way of these values; None when it goes another way than through choices."""
    element, seen = start, {start.id}
    while True:
        following = _following(diagram, element, values)
        if following is None or following.id in seen:
            return None
        if following.type == USER_TASK:
            return following
        if following.type != EXCLUSIVE:
            return None
        seen.add(following.id)
        element = following


def _following(diagram: Diagram, element: Element, values: Mapping[str, Scalar]) -> Element | None:
    flows = [diagram.flows[flow_id] for flow_id in element.outgoing]
    if element.type != EXCLUSIVE:
        return diagram.elements.get(flows[0].target) if len(flows) == 1 else None
    for flow in flows:
        if flow.id != element.default and flow.condition and _holds(flow.condition, values):
            return diagram.elements.get(flow.target)
    default = diagram.flows.get(element.default)
    return diagram.elements.get(default.target) if default else None


def _holds(condition: str, values: Mapping[str, Scalar]) -> bool:
    expression = _compiled(condition)
    if expression.deadlines:
        return False
    try:
        return expression.holds(values, _NO_DATES)
    except EngineFailure:
        return False


def _comes_again(diagram: Diagram, earlier: Element, later: Element) -> bool:
    return later.id in _ahead(diagram, earlier)


def _ahead(diagram: Diagram, element: Element) -> Iterator[str]:
    """The ids of everything that a dossier can meet after a step, on the path itself."""
    seen: set[str] = set()
    waiting = list(diagram.targets(element))
    while waiting:
        one = waiting.pop()
        if one.id not in seen:
            seen.add(one.id)
            yield one.id
            waiting += diagram.targets(one)
