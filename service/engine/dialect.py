"""The part of BPMN that a diagram may use, and the names of our own attributes.

Everything else is refused by name at deployment: SpiffWorkflow reads more than this, but some of it
silently does nothing (signal end, link throw, compensation), some changes the shared specification
(event sub-process) and some executes text as Python (scripts, service tasks, multi-instance counts).
"""

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
TRINH = "urn:trinh:bpmn:1"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"

USER_TASK = "userTask"
SEND_TASK = "sendTask"
SUB_PROCESS = "subProcess"
START = "startEvent"
END = "endEvent"
CATCH = "intermediateCatchEvent"
BOUNDARY = "boundaryEvent"
EXCLUSIVE = "exclusiveGateway"
PARALLEL = "parallelGateway"

ELEMENTS = frozenset({USER_TASK, SEND_TASK, SUB_PROCESS, START, END, CATCH, BOUNDARY, EXCLUSIVE, PARALLEL})
GATEWAYS = frozenset({EXCLUSIVE, PARALLEL})
# A step can be interrupted only while it waits for somebody.
BOUNDARY_HOSTS = frozenset({USER_TASK, SUB_PROCESS})

# What else may lie inside a process: pictures and words, nothing that moves a token.
DECORATION = frozenset(
    {
        "documentation",
        "extensionElements",
        "laneSet",
        "sequenceFlow",
        "textAnnotation",
        "association",
        "group",
    }
)

# Which of our attributes each element takes.
ATTRIBUTES = {
    USER_TASK: frozenset({"role", "form", "deadline", "reminders", "act"}),
    SEND_TASK: frozenset({"notify", "template"}),
}

# Event definitions each event takes; "" is an event without a definition.
EVENTS = {
    START: frozenset({""}),
    END: frozenset({"", "terminateEventDefinition"}),
    CATCH: frozenset({"timerEventDefinition", "messageEventDefinition"}),
    BOUNDARY: frozenset({"timerEventDefinition", "messageEventDefinition"}),
}
TIMER = "timerEventDefinition"
MESSAGE = "messageEventDefinition"
# Names that the engine gives to its own steps inside each process.
RESERVED_IDS = frozenset({"Start", "End", "Root", "StartEventSplit", "StartEventJoin"})
RESERVED_ENDINGS = (".BoundaryEventSplit", ".BoundaryEventJoin", ".EndJoin", " [child]")

MAX_ELEMENTS = 400


def is_reserved(element_id: str) -> bool:
    """Whether the engine would mistake an element of this id for one of its own steps."""
    return element_id in RESERVED_IDS or element_id.endswith(RESERVED_ENDINGS)
