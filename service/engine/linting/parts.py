"""Rules about what a file contains: everything outside the dialect is refused by its name.

The lists say what is allowed; a part of BPMN that is in none of them is refused, known or not.
"""

from service.domain.errors import Message, message
from service.engine.diagrams import event_definitions, processes
from service.engine.dialect import (
    BPMN,
    DECORATION,
    ELEMENTS,
    EVENTS,
    SPIFF,
    SUB_PROCESS,
    TIMER,
    TRINH,
)
from service.engine.linting.findings import Report
from service.engine.xml import Node

_FILE_PARTS = frozenset(
    {"process", "collaboration", "message", "category", "documentation", "extensionElements"}
)
# Left behind by editors when the event that used them is deleted: they do nothing.
_LEFTOVERS = frozenset({"signal", "error", "escalation", "itemDefinition"})
_COLLABORATION_PARTS = frozenset(
    {
        "participant",
        "messageFlow",
        "documentation",
        "extensionElements",
        "textAnnotation",
        "association",
        "group",
    }
)
_ELEMENT_PARTS = frozenset({"documentation", "extensionElements", "incoming", "outgoing"})
_FLOW_PARTS = frozenset({"documentation", "extensionElements", "conditionExpression"})
_XSI = "http://www.w3.org/2001/XMLSchema-instance"

_USE_USER_TASK = message("Use a user task with a role, a form and an act.")
_USE_SUB_PROCESS = message("Draw the steps in an embedded sub-process.")
_USE_END = message("Use a plain or a terminate end event.")
_USE_CATCH = message("Use a boundary or intermediate event with a timer or a message.")

_REFUSED: dict[str, tuple[str, Message, Message]] = {
    "scriptTask": (
        "script-task",
        message("Script tasks are not run here."),
        message("What a step does is chosen with its act; conditions belong on the arrows of a gateway."),
    ),
    "serviceTask": (
        "service-task",
        message("Service tasks are not run here."),
        message("Use a send task to tell somebody, or a user task with an act."),
    ),
    "businessRuleTask": (
        "decision-task",
        message("Decision tables are not run here."),
        message("Use an exclusive gateway with conditions."),
    ),
    "callActivity": (
        "call-activity",
        message("A diagram cannot call another process."),
        _USE_SUB_PROCESS,
    ),
    "task": ("plain-task", message("A plain task has nobody who does it."), _USE_USER_TASK),
    "manualTask": ("manual-task", message("A manual task is never marked as done."), _USE_USER_TASK),
    "receiveTask": ("receive-task", message("Receive tasks are not used here."), _USE_CATCH),
    "complexGateway": (
        "complex-gateway",
        message("Complex gateways are not supported."),
        message("Use exclusive and parallel gateways."),
    ),
    "inclusiveGateway": (
        "inclusive-gateway",
        message("Inclusive gateways may open too early or never."),
        message("Use a parallel gateway whose branches begin with an exclusive gateway that can skip them."),
    ),
    "eventBasedGateway": (
        "event-gateway",
        message("Event-based gateways hide when their timers are due."),
        message("Attach the events to the border of the step that waits."),
    ),
    "transaction": ("transaction", message("Transactions are not supported."), _USE_SUB_PROCESS),
    "adHocSubProcess": ("ad-hoc", message("Ad-hoc sub-processes are not supported."), _USE_SUB_PROCESS),
    "intermediateThrowEvent": (
        "throw-event",
        message("Throwing events do nothing here."),
        message("Use a send task to tell somebody."),
    ),
}
_DATA_PARTS = frozenset(
    {
        "dataObject",
        "dataObjectReference",
        "dataStore",
        "dataStoreReference",
        "ioSpecification",
        "property",
        "dataInputAssociation",
        "dataOutputAssociation",
    }
)
_REFUSED_EVENTS: dict[str, tuple[str, Message, Message]] = {
    "signalEventDefinition": (
        "signal-event",
        message("Signals do nothing here."),
        _USE_END,
    ),
    "linkEventDefinition": (
        "link-event",
        message("Link events do nothing here."),
        message("Draw the arrow to the element that follows."),
    ),
    "compensateEventDefinition": (
        "compensation",
        message("Compensation is not supported."),
        message("Draw the steps that undo the work."),
    ),
}


def check_file(definitions: Node, report: Report) -> None:
    """The file as a whole: one runnable process, nothing beside it, nothing that carries code."""
    if definitions.namespace != BPMN or definitions.tag != "definitions":
        report.error("not-bpmn", "", message("The file is XML but not a BPMN diagram."))
        return
    for node in definitions.children:
        if node.namespace == BPMN and node.tag not in _FILE_PARTS:
            _file_part(node, report)
    for collaboration in definitions.all(BPMN, "collaboration"):
        _only(collaboration, _COLLABORATION_PARTS, report)
    for node in definitions.walk():
        _refuse_code(node, report)
    found = processes(definitions)
    if not found:
        report.error("no-process", "", message("The file has no process."))
    for extra in found[1:]:
        report.error(
            "several-processes",
            _id(extra),
            message("The file has {count} processes; it needs exactly one.", count=len(found)),
            message("Leave the other pools empty, or put them into a file of their own."),
        )
    for process in found:
        if process.attributes.get("isExecutable") != "true":
            report.error(
                "not-executable",
                _id(process),
                message("The process is not marked as executable."),
                message("Tick “Executable” in the properties of the process."),
            )
        _check_scope(process, _id(process), report)


def _check_scope(scope: Node, process_id: str, report: Report) -> None:
    """The parts of a process or an embedded sub-process, and what lies inside them."""
    parts = ELEMENTS | DECORATION | (_ELEMENT_PARTS if scope.tag == SUB_PROCESS else frozenset[str]())
    for node in scope.children:
        if node.namespace != BPMN:
            continue
        if node.tag not in parts:
            _scope_part(node, process_id, report)
            if node.tag == "eventBasedGateway":
                _timers_behind(node, scope, report)
        elif node.tag == "sequenceFlow":
            _only(node, _FLOW_PARTS, report)
        elif node.tag in ELEMENTS:
            _element(node, process_id, report)


def _element(node: Node, process_id: str, report: Report) -> None:
    element_id = _id(node)
    if node.attributes.get("isForCompensation") == "true":
        report.error("compensation", element_id, *_REFUSED_EVENTS["compensateEventDefinition"][1:])
    if node.tag in EVENTS:
        _event(node, report)
    if node.tag == SUB_PROCESS:
        if node.attributes.get("triggeredByEvent") == "true":
            report.error(
                "event-subprocess", element_id, message("Event sub-processes are not supported."), _USE_CATCH
            )
        _check_scope(node, process_id, report)
        return
    allowed = _ELEMENT_PARTS | {definition.tag for definition in event_definitions(node)}
    _only(node, allowed if node.tag in EVENTS else _ELEMENT_PARTS, report)


def _event(node: Node, report: Report) -> None:
    element_id = _id(node)
    definitions = event_definitions(node)
    if len(definitions) > 1:
        report.error(
            "several-events", element_id, message("An event can wait for one thing only."), _USE_CATCH
        )
    for definition in definitions or [None]:
        kind = definition.tag if definition else ""
        if kind in EVENTS[node.tag]:
            continue
        if kind in _REFUSED_EVENTS:
            report.error(_REFUSED_EVENTS[kind][0], element_id, *_REFUSED_EVENTS[kind][1:])
        elif not kind:
            report.error(
                "event-without-kind", element_id, message("The event waits for nothing."), _USE_CATCH
            )
        else:
            report.error(
                "event-kind",
                element_id,
                message("A {tag} with a {kind} is not supported.", tag=node.tag, kind=kind),
                _USE_END if node.tag == "endEvent" else _USE_CATCH,
            )


def _scope_part(node: Node, process_id: str, report: Report) -> None:
    element_id = _id(node)
    if node.tag == "callActivity" and node.attributes.get("calledElement") == process_id:
        report.error(
            "recursive-call",
            element_id,
            message("The process calls itself and would never end."),
            _USE_SUB_PROCESS,
        )
    elif node.tag == "intermediateThrowEvent" and _thrown(node) in _REFUSED_EVENTS:
        rule, text, hint = _REFUSED_EVENTS[_thrown(node)]
        report.error(rule, element_id, text, hint)
    elif node.tag in _REFUSED:
        rule, text, hint = _REFUSED[node.tag]
        report.error(rule, element_id, text, hint)
    elif node.tag in _DATA_PARTS:
        _data(node, report)
    else:
        report.error(
            "unsupported-element", element_id, message("“{tag}” is not supported in a diagram.", tag=node.tag)
        )


def _thrown(node: Node) -> str:
    return next((definition.tag for definition in event_definitions(node)), "")


def _file_part(node: Node, report: Report) -> None:
    if node.tag in _LEFTOVERS:
        report.warning("leftover", _id(node), message("“{tag}” is not used by anything here.", tag=node.tag))
    elif node.tag in _DATA_PARTS:
        _data(node, report)
    else:
        report.error(
            "unsupported-element", _id(node), message("“{tag}” is not supported in a diagram.", tag=node.tag)
        )


def _only(node: Node, allowed: frozenset[str], report: Report) -> None:
    for child in node.children:
        if child.namespace != BPMN or child.tag in allowed:
            continue
        if child.tag in ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics"):
            report.error(
                "multi-instance",
                _id(node),
                message("A step that repeats itself is not supported."),
                message("Draw the repetition with an exclusive gateway, or the parallel steps one by one."),
            )
        elif child.tag in _DATA_PARTS:
            _data(child, report, _id(node))
        else:
            report.error(
                "unsupported-part",
                _id(node),
                message("“{tag}” has no effect here; remove it.", tag=child.tag),
            )


def _data(node: Node, report: Report, element_id: str = "") -> None:
    report.error(
        "data-element",
        element_id or _id(node),
        message("Data objects and stores are not used here."),
        message("The dossier's data lives in its forms; conditions read the result of a step."),
    )


def _refuse_code(node: Node, report: Report) -> None:
    """Extensions of other products: theirs that carry scripts are errors, the rest has no effect."""
    foreign = {name[1:].partition("}")[0] for name in node.attributes if name.startswith("{")}
    if node.namespace == SPIFF or SPIFF in foreign:
        report.error(
            "script-extension",
            _id(node),
            message(
                "“{tag}” carries scripts or settings of another product, which are never run.", tag=node.tag
            ),
            message("Remove it."),
        )
    elif node.namespace == BPMN and node.tag in ELEMENTS | {"process", "sequenceFlow"}:
        extensions = node.first(BPMN, "extensionElements")
        names = foreign - {TRINH, _XSI}
        names |= (
            {child.namespace for child in extensions.children} - {TRINH, SPIFF} if extensions else set[str]()
        )
        if names:
            report.warning(
                "foreign-extension",
                _id(node),
                message(
                    "Settings of another product ({names}) have no effect here.",
                    names=", ".join(sorted(names)),
                ),
            )


def _timers_behind(gateway: Node, scope: Node, report: Report) -> None:
    behind = {
        flow.attributes.get("targetRef")
        for flow in scope.all(BPMN, "sequenceFlow")
        if flow.attributes.get("sourceRef") == _id(gateway)
    }
    for node in scope.children:
        if _id(node) in behind and any(definition.tag == TIMER for definition in event_definitions(node)):
            report.error(
                "timer-behind-event-gateway",
                _id(node),
                message("A timer behind an event-based gateway would never be due."),
                message("Attach the timer to the border of the step that waits."),
            )


def _id(node: Node) -> str:
    return node.attributes.get("id", "")
