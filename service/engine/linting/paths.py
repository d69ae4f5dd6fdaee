"""Rules about where a dossier can go: dead ends, circles, escalations that run into the main path."""

from collections.abc import Iterable

from service.domain.errors import message
from service.engine.diagrams import Diagram, Element
from service.engine.dialect import BOUNDARY, END, PARALLEL, START, USER_TASK
from service.engine.linting.findings import Report

_WRAP = message("Put the parallel block into an embedded sub-process.")


def check_paths(diagram: Diagram, report: Report) -> None:
    pausing = _pausing(diagram)
    for scope in diagram.scopes():
        inside = diagram.inside(scope)
        following = {element.id: _following(diagram, element) for element in inside}
        _check_reach(inside, following, report)
        _check_circles(inside, following, pausing, report)
        _check_sides(diagram, inside, report)


def _following(diagram: Diagram, element: Element) -> list[str]:
    """Where a token can go from here, borders included."""
    return [
        target.id
        for target in (*diagram.targets(element), *diagram.boundaries(element.id))
        if target.scope == element.scope
    ]


def _from(starts: Iterable[str], following: dict[str, list[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = list(starts)
    while waiting:
        here = waiting.pop()
        if here not in seen:
            seen.add(here)
            waiting.extend(following.get(here, ()))
    return seen


def _check_reach(inside: list[Element], following: dict[str, list[str]], report: Report) -> None:
    reached = _from((element.id for element in inside if element.type == START), following)
    preceding: dict[str, list[str]] = {}
    for source, targets in following.items():
        for target in targets:
            preceding.setdefault(target, []).append(source)
    finishing = _from((element.id for element in inside if element.type == END), preceding)
    for element in inside:
        name = element.name or element.id
        if element.id not in reached and element.incoming:
            report.error("unreachable", element.id, message("No dossier can reach “{name}”.", name=name))
        if element.id not in finishing and element.outgoing:
            report.error("no-way-out", element.id, message("From “{name}” no end can be reached.", name=name))


def _check_circles(
    inside: list[Element], following: dict[str, list[str]], pausing: set[str], report: Report
) -> None:
    for element in inside:
        is_join = element.type == PARALLEL and len(element.incoming) > 1
        if is_join and element.id in _from(following[element.id], following):
            report.error(
                "join-on-cycle",
                element.id,
                message("A parallel join that a dossier can pass again opens too early."),
                _WRAP,
            )
    automatic = {
        element.id: [target for target in following[element.id] if target not in pausing]
        for element in inside
        if element.id not in pausing
    }
    for element_id, targets in automatic.items():
        if element_id in _from(targets, automatic):
            report.error(
                "automatic-cycle",
                element_id,
                message("A dossier would run in this circle without anybody doing anything."),
                message("Put a user task into the circle."),
            )


def _pausing(diagram: Diagram) -> set[str]:
    """The elements whose every passage waits for a person or a message. A timer of the past does not wait."""
    pausing = {
        element.id
        for element in diagram.elements.values()
        if element.type == USER_TASK or element.event == "message"
    }
    # Innermost first: a sub-process waits if each way through it does.
    for scope in reversed([scope for scope in diagram.scopes() if scope != diagram.key]):
        inside = diagram.inside(scope)
        hurried = {
            element.id: [target.id for target in diagram.targets(element) if target.id not in pausing]
            for element in inside
            if element.id not in pausing
        }
        reached = _from((element.id for element in inside if element.type == START), hurried)
        if not any(element.type == END and element.id in reached for element in inside):
            pausing.add(scope)
    return pausing


def _check_sides(diagram: Diagram, inside: list[Element], report: Report) -> None:
    starts = [element for element in inside if element.type == START]
    main = diagram.reachable(starts, through_side_events=False)
    events = [element for element in inside if element.type == BOUNDARY and not element.interrupting]
    beside = diagram.reachable(events, through_side_events=True)
    for element in inside:
        if element.id in main and element.id in beside:
            sources = {diagram.flows[flow_id].source for flow_id in element.incoming}
            if sources & (beside - main):
                report.error(
                    "side-joins-main",
                    element.id,
                    message(
                        "An event that does not interrupt leads back to the main path: steps would run twice."
                    ),
                    message(
                        "End the escalation with an end event of its own, or make the event interrupting."
                    ),
                )
        elif element.id in beside and element.type == PARALLEL and len(element.incoming) > 1:
            report.error(
                "join-beside-main",
                element.id,
                message("An escalation may be open twice at once; its parallel join would mix them up."),
                _WRAP,
            )
    if events:
        _check_ends([element for element in inside if element.id in main], report)


def _check_ends(main: list[Element], report: Report) -> None:
    for element in main:
        if element.type == END and element.event != "terminate":
            report.error(
                "plain-end",
                element.id,
                message(
                    "An escalation would go on after this end, and its result might decide what follows."
                ),
                message("Make it a terminate end event."),
            )
