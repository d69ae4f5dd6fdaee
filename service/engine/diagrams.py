"""A diagram as plain values: its elements, flows and lanes, read straight from the XML.

The linter, the screens and the engine all look at this one picture; SpiffWorkflow's own specification
is made from the same XML in `specs.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from service.engine.dialect import BOUNDARY, BPMN, ELEMENTS, SUB_PROCESS, TRINH
from service.engine.xml import Node

_DEFINITION = "EventDefinition"


@dataclass(frozen=True, slots=True)
class Flow:
    """An arrow. `condition` is None when the arrow carries none."""

    id: str
    scope: str
    source: str
    target: str
    name: str
    condition: str | None
    documentation: str = ""


@dataclass(frozen=True, slots=True)
class Element:
    """One shape of the picture that a token can reach.

    `type` is the BPMN tag; `event` names the event definition ("timer", "message", "terminate" or "");
    `scope` is the id of the process or embedded sub-process it lies in; `attributes` are ours (role,
    form, deadline, reminders, act, notify, template); `incoming` and `outgoing` are flow ids.
    """

    id: str
    type: str
    name: str
    lane: str | None
    scope: str
    incoming: tuple[str, ...]
    outgoing: tuple[str, ...]
    attributes: Mapping[str, str]
    documentation: str
    attached_to: str = ""
    interrupting: bool = False
    event: str = ""
    timer: str = ""
    message: str = ""
    default: str = ""


@dataclass(frozen=True)
class Diagram:
    """One process with everything in it."""

    key: str
    name: str
    documentation: str
    elements: Mapping[str, Element]
    flows: Mapping[str, Flow]
    lanes: Mapping[str, str] = field(default_factory=dict[str, str])
    """The documentation of each lane by its name: it holds the English name, as with elements."""

    def scopes(self) -> Iterator[str]:
        """The ids of the process and of every embedded sub-process, outermost first."""
        yield self.key
        yield from (element.id for element in self.elements.values() if element.type == SUB_PROCESS)

    def inside(self, scope: str) -> list[Element]:
        return [element for element in self.elements.values() if element.scope == scope]

    def targets(self, element: Element) -> Iterator[Element]:
        """The elements that its arrows lead to; arrows that lead nowhere are skipped."""
        for flow_id in element.outgoing:
            target = self.elements.get(self.flows[flow_id].target)
            if target is not None:
                yield target

    def boundaries(self, host: str) -> tuple[Element, ...]:
        """The events attached to the border of this element, in document order."""
        return self._boundaries.get(host, ())

    @cached_property
    def _boundaries(self) -> dict[str, tuple[Element, ...]]:
        attached: dict[str, tuple[Element, ...]] = {}
        for element in self.elements.values():
            if element.type == BOUNDARY:
                attached[element.attached_to] = (*attached.get(element.attached_to, ()), element)
        return attached

    @cached_property
    def side_elements(self) -> frozenset[str]:
        """Elements that only a non-interrupting event leads to: escalations beside the main path."""
        main: set[str] = set()
        for scope in self.scopes():
            starts = [element for element in self.inside(scope) if element.type == "startEvent"]
            main |= self.reachable(starts, through_side_events=False)
        everything = self.reachable(
            [element for element in self.elements.values() if element.type in ("startEvent", BOUNDARY)],
            through_side_events=True,
        )
        return frozenset(everything - main)

    @cached_property
    def events_of_escalations(self) -> frozenset[str]:
        """The events on the borders of escalations, such as the next step of a climb."""
        return frozenset(
            element.id
            for element in self.elements.values()
            if element.type == BOUNDARY and element.attached_to in self.side_elements
        )

    def reachable(self, starts: list[Element], *, through_side_events: bool) -> set[str]:
        """Ids of all elements that tokens from `starts` can visit, within their scope."""
        seen = {element.id for element in starts}
        waiting = list(starts)
        while waiting:
            element = waiting.pop()
            following = list(self.targets(element))
            following += [
                event for event in self.boundaries(element.id) if event.interrupting or through_side_events
            ]
            for target in following:
                if target.id not in seen:
                    seen.add(target.id)
                    waiting.append(target)
        return seen


def processes(definitions: Node) -> list[Node]:
    return list(definitions.all(BPMN, "process"))


def draw(definitions: Node, process: Node) -> Diagram:
    """The picture of one process. Tolerates any mistake: the linter looks for those."""
    key = process.attributes.get("id", "")
    messages = {
        node.attributes.get("id", ""): node.attributes.get("name", "")
        for node in definitions.all(BPMN, "message")
    }
    lanes = {
        reference.text.strip(): lane.attributes.get("name", "")
        for lane, reference in lane_references(process)
    }
    elements: dict[str, Element] = {}
    flows: dict[str, Flow] = {}
    waiting: list[tuple[Node, str, str | None]] = [(process, key, None)]
    while waiting:
        scope_node, scope, scope_lane = waiting.pop(0)
        for node in scope_node.all(BPMN, "sequenceFlow"):
            flow = _flow(node, scope)
            flows[flow.id] = flow
        for node in scope_node.all(BPMN, *ELEMENTS):
            element_id = node.attributes.get("id", "")
            lane = lanes.get(element_id) or scope_lane
            elements[element_id] = _element(node, element_id, scope, lane, messages)
            if node.tag == SUB_PROCESS:
                waiting.append((node, element_id, lane))
    return Diagram(
        key=key,
        name=process.attributes.get("name", "") or key,
        documentation=documentation(process),
        elements=_connect(elements, flows),
        flows=flows,
        lanes={
            node.attributes.get("name", ""): documentation(node)
            for node in process.walk()
            if node.namespace == BPMN and node.tag == "lane"
        },
    )


def lane_references(process: Node) -> Iterator[tuple[Node, Node]]:
    """Every (lane, flowNodeRef) of the process, nested lanes included."""
    for lane in process.walk():
        if lane.namespace == BPMN and lane.tag == "lane":
            for reference in lane.all(BPMN, "flowNodeRef"):
                yield lane, reference


def documentation(node: Node) -> str:
    found = node.first(BPMN, "documentation")
    return found.text.strip() if found else ""


def event_definitions(node: Node) -> list[Node]:
    return [child for child in node.children if child.namespace == BPMN and child.tag.endswith(_DEFINITION)]


def _flow(node: Node, scope: str) -> Flow:
    condition = node.first(BPMN, "conditionExpression")
    return Flow(
        id=node.attributes.get("id", ""),
        scope=scope,
        source=node.attributes.get("sourceRef", ""),
        target=node.attributes.get("targetRef", ""),
        name=node.attributes.get("name", ""),
        condition=condition.text.strip() if condition else None,
        documentation=documentation(node),
    )


def _element(
    node: Node, element_id: str, scope: str, lane: str | None, messages: Mapping[str, str]
) -> Element:
    attributes = node.attributes
    definitions = event_definitions(node)
    definition = definitions[0] if definitions else None
    time_date = definition.first(BPMN, "timeDate") if definition else None
    return Element(
        id=element_id,
        type=node.tag,
        name=attributes.get("name", ""),
        lane=lane,
        scope=scope,
        incoming=(),
        outgoing=(),
        attributes={
            name.removeprefix(f"{{{TRINH}}}"): value
            for name, value in attributes.items()
            if name.startswith(f"{{{TRINH}}}")
        },
        documentation=documentation(node),
        attached_to=attributes.get("attachedToRef", ""),
        interrupting=node.tag == BOUNDARY and attributes.get("cancelActivity", "true") == "true",
        event=definition.tag.removesuffix(_DEFINITION) if definition else "",
        timer=time_date.text.strip() if time_date else "",
        message=messages.get(definition.attributes.get("messageRef", ""), "") if definition else "",
        default=attributes.get("default", ""),
    )


def _connect(elements: dict[str, Element], flows: dict[str, Flow]) -> dict[str, Element]:
    incoming: dict[str, list[str]] = {}
    outgoing: dict[str, list[str]] = {}
    for flow in flows.values():
        outgoing.setdefault(flow.source, []).append(flow.id)
        incoming.setdefault(flow.target, []).append(flow.id)
    return {
        key: replace(element, incoming=tuple(incoming.get(key, ())), outgoing=tuple(outgoing.get(key, ())))
        for key, element in elements.items()
    }
