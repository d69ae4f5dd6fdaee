"""Rules about what a diagram says: keys that must exist, conditions and timers that must compile."""

import re
from collections.abc import Collection

from service.domain.errors import Invalid, Message, message
from service.engine.diagrams import Diagram, Element, event_definitions
from service.engine.dialect import ATTRIBUTES, BPMN, ELEMENTS, MESSAGE, SEND_TASK, TIMER, USER_TASK
from service.engine.expressions import compile_condition, compile_timer
from service.engine.linting.findings import Report, Vocabulary
from service.engine.xml import Node

_DATE = re.compile(r"[\"']?\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_DURATION = re.compile(r"[\"']?-?P(\d|T\d)|[\"']?R\d*/", re.IGNORECASE)
_NO_HINT: Message | None = None
_TIMER_HINT = message('Write for example deadline("labour_review") + days(1).')


def check_words(diagram: Diagram, vocabulary: Vocabulary, report: Report) -> None:
    for element in diagram.elements.values():
        _check_attributes(element, report)
        if element.type == USER_TASK:
            _check_user_task(element, vocabulary, report)
        elif element.type == SEND_TASK:
            _check_key(element, "notify", vocabulary.audiences, report)
            _check_key(element, "template", vocabulary.templates, report)
        if element.event == "message" and element.message not in vocabulary.messages:
            report.error(
                "unknown-message",
                element.id,
                message("Nobody ever sends the message “{name}”.", name=element.message),
                _known(vocabulary.messages),
            )
    for flow in diagram.flows.values():
        if flow.condition is not None:
            try:
                compile_condition(flow.condition, vocabulary.variables, vocabulary.deadlines)
            except Invalid as error:
                report.error("condition", flow.id, error.message)


def check_events(process: Node, vocabulary: Vocabulary, report: Report) -> None:
    """The insides of timer and message events."""
    for node in process.walk():
        if node.namespace == BPMN and node.tag in ELEMENTS:
            for definition in event_definitions(node):
                if definition.tag == TIMER:
                    _check_timer(node.attributes.get("id", ""), definition, vocabulary, report)
                elif definition.tag == MESSAGE and not definition.attributes.get("messageRef"):
                    report.error(
                        "message-missing",
                        node.attributes.get("id", ""),
                        message("The event names no message."),
                    )


def _check_timer(element_id: str, definition: Node, vocabulary: Vocabulary, report: Report) -> None:
    dates = list(definition.all(BPMN, "timeDate"))
    for other in definition.all(BPMN, "timeDuration", "timeCycle"):
        report.error(
            "timer-kind",
            element_id,
            message("A timer takes a date; {tag} is not supported.", tag=other.tag),
            _TIMER_HINT,
        )
    if len(dates) != 1:
        report.error("timer-missing", element_id, message("The timer needs exactly one date."), _TIMER_HINT)
        return
    text = dates[0].text.strip()
    if _DURATION.match(text):
        report.error(
            "timer-duration",
            element_id,
            message("“{text}” is a duration, not a date.", text=text),
            _TIMER_HINT,
        )
    elif _DATE.match(text):
        report.error(
            "timer-literal",
            element_id,
            message("“{text}” is a fixed date; a timer must rest on a deadline of the round.", text=text),
            _TIMER_HINT,
        )
    else:
        try:
            compile_timer(text, vocabulary.deadlines)
        except Invalid as error:
            report.error("timer-expression", element_id, error.message, _TIMER_HINT)


def _check_attributes(element: Element, report: Report) -> None:
    allowed = ATTRIBUTES.get(element.type, frozenset())
    for name in element.attributes:
        if name not in allowed:
            report.error(
                "unknown-attribute",
                element.id,
                message("“trinh:{name}” has no meaning on a {tag}.", name=name, tag=element.type),
                _known(allowed),
            )


def _check_user_task(element: Element, vocabulary: Vocabulary, report: Report) -> None:
    _check_key(element, "role", vocabulary.roles, report)
    _check_key(element, "form", vocabulary.forms, report)
    _check_key(element, "act", vocabulary.acts, report)
    _check_key(element, "deadline", vocabulary.deadlines, report, required=False)
    _check_key(element, "reminders", vocabulary.ladders, report, required=False)
    if "reminders" in element.attributes and "deadline" not in element.attributes:
        report.warning(
            "reminders-without-deadline", element.id, message("Without a deadline nothing is reminded of.")
        )


def _check_key(
    element: Element, name: str, known: Collection[str], report: Report, *, required: bool = True
) -> None:
    value = element.attributes.get(name)
    if not value:
        if required or value == "":
            report.error(
                f"missing-{name}", element.id, message("“trinh:{name}” is missing.", name=name), _known(known)
            )
    elif value not in known:
        report.error(
            f"unknown-{name}",
            element.id,
            message("“{value}” is not known as {name}.", value=value, name=name),
            _known(known),
        )


def _known(keys: Collection[str]) -> Message | None:
    return message("Known: {keys}.", keys=", ".join(sorted(keys))) if keys else _NO_HINT
