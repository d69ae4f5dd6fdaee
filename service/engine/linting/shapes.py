"""Rules about single elements and arrows: names, lanes, how each is connected."""

import re
from collections import Counter

from service.domain.errors import message
from service.engine.diagrams import Diagram, Element, lane_references
from service.engine.dialect import (
    BOUNDARY,
    BOUNDARY_HOSTS,
    BPMN,
    BPMNDI,
    END,
    EXCLUSIVE,
    GATEWAYS,
    MAX_ELEMENTS,
    START,
    USER_TASK,
    is_reserved,
)
from service.engine.linting.findings import Report
from service.engine.xml import Node

_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_MAX_NAME = 200


def check_ids(definitions: Node, report: Report) -> None:
    """Every id is unique in the file, short, plain, and none of the engine's own."""
    ids = [
        (node, node.attributes["id"])
        for node in definitions.walk()
        if node.namespace == BPMN and "id" in node.attributes
    ]
    for node_id, count in Counter(node_id for _, node_id in ids).items():
        if count > 1:
            report.error(
                "duplicate-id",
                node_id,
                message("The id “{id}” is used {count} times.", id=node_id, count=count),
            )
    for _, node_id in ids:
        if not _ID.fullmatch(node_id):
            report.error(
                "bad-id",
                node_id[:80],
                message("The id “{id}” is not plain.", id=node_id[:80]),
                message("Use at most 64 letters without accents, digits and underscores."),
            )


def check_elements(diagram: Diagram, report: Report) -> None:
    for element in diagram.elements.values():
        _check_names(element, report)
        _check_connections(diagram, element, report)
        if element.type == EXCLUSIVE:
            _check_choices(diagram, element, report)
    _check_flows(diagram, report)
    for scope in diagram.scopes():
        _check_scope(diagram, scope, report)


def _check_flows(diagram: Diagram, report: Report) -> None:
    pairs = Counter((flow.source, flow.target) for flow in diagram.flows.values())
    for flow in diagram.flows.values():
        if pairs[flow.source, flow.target] > 1:
            # A join counts the elements before it, not the arrows: it would open once for each.
            report.error(
                "double-arrow",
                flow.id,
                message(
                    "Two arrows lead from “{source}” to “{target}”.", source=flow.source, target=flow.target
                ),
                message("Draw one, with its condition joined by “or”."),
            )
        source, target = diagram.elements.get(flow.source), diagram.elements.get(flow.target)
        if source is None or target is None:
            report.error(
                "dangling-flow", flow.id, message("The arrow “{id}” leads from or to nothing.", id=flow.id)
            )
        elif not source.scope == target.scope == flow.scope:
            report.error(
                "flow-crosses-border",
                flow.id,
                message("The arrow “{id}” crosses a sub-process's border.", id=flow.id),
            )
        if source is not None and source.type != EXCLUSIVE and flow.condition is not None:
            report.error(
                "condition-ignored",
                flow.id,
                message(
                    "The condition on “{id}” would be ignored: it does not leave an exclusive gateway.",
                    id=flow.id,
                ),
                message("Put an exclusive gateway behind the step and the condition on its arrow."),
            )


def _check_names(element: Element, report: Report) -> None:
    if not element.id:
        report.error("missing-id", "", message("A {tag} has no id.", tag=element.type))
    if is_reserved(element.id):
        report.error("reserved-id", element.id, message("The id “{id}” is the engine's own.", id=element.id))
    if element.type == USER_TASK and not element.name.strip():
        report.error(
            "missing-name", element.id, message("The user task has no name; people would see nothing.")
        )
    if len(element.name) > _MAX_NAME:
        report.error(
            "long-name", element.id, message("The name has more than {limit} letters.", limit=_MAX_NAME)
        )


def _check_connections(diagram: Diagram, element: Element, report: Report) -> None:
    key, leaving, arriving = element.id, len(element.outgoing), len(element.incoming)
    if element.type in (START, BOUNDARY) and arriving:
        report.error("arrow-into-event", key, message("No arrow may lead into this event."))
    if element.type == END and leaving:
        report.error("arrow-out-of-end", key, message("No arrow may leave an end event."))
    if element.type not in (START, BOUNDARY) and not arriving:
        report.error("unreachable", key, message("Nothing leads to “{name}”.", name=element.name or key))
    if element.type == BOUNDARY:
        _check_host(diagram, element, report)
    if element.type != END and not leaving:
        if element.type == BOUNDARY:
            report.error("boundary-without-flow", key, message("The event on the border leads nowhere."))
        elif element.type in GATEWAYS:
            report.error("gateway-without-flow", key, message("The gateway leads nowhere."))
        else:
            report.error("dangling", key, message("“{name}” leads nowhere.", name=element.name or key))
    if leaving > 1 and element.type not in GATEWAYS:
        report.error(
            "implicit-split",
            key,
            message("{count} arrows leave “{name}”.", count=leaving, name=element.name or key),
            message("Put a gateway behind it."),
        )


def _check_host(diagram: Diagram, event: Element, report: Report) -> None:
    host = diagram.elements.get(event.attached_to)
    if host is None or host.type not in BOUNDARY_HOSTS or host.scope != event.scope:
        report.error(
            "boundary-host",
            event.id,
            message("The event is not on the border of a user task or a sub-process."),
            message("Attach it to the step that waits."),
        )


def _check_choices(diagram: Diagram, gateway: Element, report: Report) -> None:
    flows = [diagram.flows[flow_id] for flow_id in gateway.outgoing]
    if gateway.default and gateway.default not in gateway.outgoing:
        report.error("bad-default", gateway.id, message("The default arrow does not leave this gateway."))
    if not gateway.default and (len(flows) > 1 or any(flow.condition is not None for flow in flows)):
        report.error(
            "no-default",
            gateway.id,
            message("No arrow is the default: a dossier that meets no condition would be stuck."),
            message("Mark one arrow as the default flow."),
        )
    for flow in flows:
        if flow.id == gateway.default:
            if flow.condition is not None:
                report.warning(
                    "condition-on-default", flow.id, message("The condition on the default arrow is ignored.")
                )
        elif flow.condition is None and len(flows) > 1:
            report.error(
                "condition-missing", flow.id, message("The arrow “{id}” has no condition.", id=flow.id)
            )


def _check_scope(diagram: Diagram, scope: str, report: Report) -> None:
    inside = diagram.inside(scope)
    starts = [element for element in inside if element.type == START]
    if len(starts) != 1:
        report.error(
            "start-count",
            scope,
            message("There are {count} start events; draw exactly one.", count=len(starts)),
        )
    if not any(element.type == END for element in inside):
        report.error("no-end", scope, message("There is no end event."))
    if len(inside) > MAX_ELEMENTS:
        report.error(
            "too-long",
            scope,
            message(
                "There are {count} elements; at most {limit} can be run.",
                count=len(inside),
                limit=MAX_ELEMENTS,
            ),
            message("Move parts into sub-processes."),
        )


def check_lanes(process: Node, diagram: Diagram, report: Report) -> None:
    """Every user task lies in exactly one named lane, once the process has lanes."""
    seen: Counter[str] = Counter()
    lanes = list(lane_references(process))
    for lane, reference in lanes:
        lane_id, target = lane.attributes.get("id", ""), reference.text
        seen[target.strip()] += 1
        if target != target.strip():
            report.error(
                "lane-reference",
                lane_id,
                message(
                    "The lane's reference to “{id}” has spaces around it and is lost.", id=target.strip()
                ),
                message("Remove the spaces and line breaks inside flowNodeRef."),
            )
        elif target not in diagram.elements:
            report.error(
                "lane-reference", lane_id, message("The lane refers to “{id}”, which is missing.", id=target)
            )
        if not lane.attributes.get("name", "").strip():
            report.error("lane-without-name", lane_id, message("The lane has no name."))
    for element in diagram.elements.values():
        if seen[element.id] > 1:
            report.error(
                "several-lanes",
                element.id,
                message("The element lies in {count} lanes.", count=seen[element.id]),
            )
        if lanes and element.type == USER_TASK and element.lane is None:
            report.error("outside-lanes", element.id, message("The user task lies outside all lanes."))


def check_picture(definitions: Node, diagram: Diagram, report: Report) -> None:
    """Warn of elements that the file does not draw: nobody would see the dossier stand there."""
    drawn = {
        node.attributes.get("bpmnElement", "") for node in definitions.walk() if node.namespace == BPMNDI
    }
    for element in diagram.elements.values():
        if element.id not in drawn:
            report.warning("not-drawn", element.id, message("The file has no picture of this element."))
