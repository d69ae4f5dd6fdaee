"""Small diagrams in a few words, and the vocabulary that the shipped forms and roles make up."""

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from service.engine import Vocabulary

SHIPPED = Path(__file__).parents[3] / "bpmn" / "award_dossier.bpmn"

VOCABULARY = Vocabulary(
    roles=frozenset(
        {
            "proposer",
            "unit_head",
            "labour_reviewer",
            "labour_head",
            "interior_reviewer",
            "interior_head",
            "chairman",
            "chairman_office",
            "owner",
            "first_recipient",
            "second_recipient",
        }
    ),
    forms=frozenset(
        {"submit", "select", "forward", "appraise", "decide", "hand_over", "acknowledge", "report", "receive"}
    ),
    deadlines=frozenset(
        {"report", "unit_submission", "labour_review", "interior_appraisal", "chairman_decision"}
    ),
    ladders=frozenset({"default"}),
    acts=frozenset(
        {"submit", "select", "forward", "appraise", "decide", "hand_over", "acknowledge", "report", "receive"}
    ),
    sending_acts=frozenset({"submit", "report", "forward", "decide", "hand_over"}),
    asking_forms=frozenset({"submit", "report", "forward", "decide", "hand_over"}),
    messages=frozenset({"withdraw"}),
    audiences=frozenset({"candidates", "unit_head", "focal_office", "receiving_office"}),
    templates=frozenset({"unit_overdue", "report_overdue"}),
    variables={
        "outcome": "text",
        "return_to": "text",
        "has_local": "truth",
        "has_upward": "truth",
        "round_kind": "text",
        "recipients": "number",
        "not_applicable": "truth",
    },
)

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:trinh="urn:trinh:bpmn:1" id="definitions" targetNamespace="urn:trinh:test">\n'
)


def drawing(
    *parts: str, beside: Iterable[str] = (), process: str = 'id="small" isExecutable="true"'
) -> bytes:
    """A file with one process of these parts; `beside` are parts of the file outside the process."""
    body = "\n".join(parts)
    pictures = "".join(
        f'<bpmndi:BPMNShape id="shape_{number}" bpmnElement="{key}" />'
        for number, key in enumerate(_keys(body))
    )
    return (
        f'{_HEAD}<bpmn:message id="message_withdraw" name="withdraw" />{"".join(beside)}\n'
        f"<bpmn:process {process}>\n{body}\n</bpmn:process>\n"
        f'<bpmndi:BPMNDiagram id="picture"><bpmndi:BPMNPlane id="plane">{pictures}</bpmndi:BPMNPlane>'
        "</bpmndi:BPMNDiagram></bpmn:definitions>"
    ).encode()


def _keys(body: str) -> list[str]:
    return [part.split('"', 1)[0] for part in body.split(' id="')[1:]]


def start(key: str = "start") -> str:
    return f'<bpmn:startEvent id="{key}" />'


def end(key: str = "end", *, terminate: bool = True) -> str:
    inside = f'<bpmn:terminateEventDefinition id="{key}_terminate" />' if terminate else ""
    return f'<bpmn:endEvent id="{key}">{inside}</bpmn:endEvent>'


def task(key: str, inside: str = "", **attributes: str) -> str:
    """A user task; attributes replace the usual role, form and act, an empty one removes it."""
    own = {"role": "labour_reviewer", "form": "select", "act": "select", **attributes}
    words = " ".join(f"trinh:{name}={quoteattr(value)}" for name, value in own.items() if value)
    return f'<bpmn:userTask id="{key}" name="Do {key}" {words}>{inside}</bpmn:userTask>'


def notice(key: str, notify: str = "focal_office", template: str = "unit_overdue") -> str:
    return (
        f'<bpmn:sendTask id="{key}" name="Tell {key}" trinh:notify="{notify}" trinh:template="{template}" />'
    )


def choice(key: str, default: str = "") -> str:
    return f'<bpmn:exclusiveGateway id="{key}"' + (f' default="{default}"' if default else "") + " />"


def parallel(key: str) -> str:
    return f'<bpmn:parallelGateway id="{key}" />'


def inside(key: str, *parts: str) -> str:
    """An embedded sub-process."""
    return f'<bpmn:subProcess id="{key}" name="Inside {key}">{"".join(parts)}</bpmn:subProcess>'


def timer(key: str, host: str, date: str, *, interrupting: bool = False) -> str:
    kind = "true" if interrupting else "false"
    return (
        f'<bpmn:boundaryEvent id="{key}" attachedToRef="{host}" cancelActivity="{kind}">'
        f"{timer_definition(key, date)}</bpmn:boundaryEvent>"
    )


def wait_until(key: str, date: str) -> str:
    return (
        f'<bpmn:intermediateCatchEvent id="{key}">{timer_definition(key, date)}</bpmn:intermediateCatchEvent>'
    )


def timer_definition(key: str, date: str, tag: str = "timeDate") -> str:
    inside = f"<bpmn:{tag}>{escape(date)}</bpmn:{tag}>"
    return f'<bpmn:timerEventDefinition id="{key}_timer">{inside}</bpmn:timerEventDefinition>'


def message_border(key: str, host: str, *, interrupting: bool = True) -> str:
    kind = "true" if interrupting else "false"
    return (
        f'<bpmn:boundaryEvent id="{key}" attachedToRef="{host}" cancelActivity="{kind}">'
        f'<bpmn:messageEventDefinition id="{key}_message" messageRef="message_withdraw" />'
        "</bpmn:boundaryEvent>"
    )


def wait_for_message(key: str) -> str:
    return (
        f'<bpmn:intermediateCatchEvent id="{key}">'
        f'<bpmn:messageEventDefinition id="{key}_message" messageRef="message_withdraw" />'
        "</bpmn:intermediateCatchEvent>"
    )


def flow(source: str, target: str, condition: str = "", key: str = "") -> str:
    inside = f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>" if condition else ""
    return (
        f'<bpmn:sequenceFlow id="{key or f"{source}_to_{target}"}" sourceRef="{source}" targetRef="{target}">'
        f"{inside}</bpmn:sequenceFlow>"
    )


def path(*keys: str) -> str:
    """Arrows from each element to the next."""
    return "".join(flow(source, target) for source, target in pairwise(keys))
