"""Whatever an administrator draws, nothing of it is executed: deployment refuses it, and running it anyway
(as if the check had been skipped) leaves no trace either.

Every payload tries to create a file. The stock engine runs most of them: `test_the_payload_works…`
proves that the payloads themselves are live.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser

from service.domain.errors import TrinhError
from service.engine import Complete, Definition, Environment, Fire, Receive, Start, Step, advance, check, read
from tests.unit.engine.drawings import (
    VOCABULARY,
    choice,
    drawing,
    end,
    flow,
    message_border,
    notice,
    path,
    start,
    task,
    timer,
    timer_definition,
)

NOW = datetime(2030, 1, 1, tzinfo=UTC)
AROUND = Environment(NOW, ZoneInfo("Asia/Ho_Chi_Minh"), dict.fromkeys(VOCABULARY.deadlines, NOW))

# MARKER becomes the path of a file that must never appear.
TOUCH = '__import__("pathlib").Path("MARKER").touch()'
SHELL = '__import__("os").system("touch MARKER")'


def with_condition(text: str) -> bytes:
    return drawing(
        *(start(), task("review"), choice("split", "split_to_no"), end("yes"), end("no")),
        *(path("start", "review", "split", "no"), flow("split", "yes", text)),
    )


def with_timer(text: str, tag: str = "timeDate") -> bytes:
    definition = timer_definition("late", text, tag)
    head = '<bpmn:boundaryEvent id="late" attachedToRef="review" cancelActivity="false">'
    return drawing(
        *(start(), task("review"), end(), end("end2", terminate=False), path("start", "review", "end")),
        f"{head}{definition}</bpmn:boundaryEvent>",
        flow("late", "end2"),
    )


def with_step(element: str) -> bytes:
    """start → x → end."""
    return drawing(start(), element, end(), path("start", "x", "end"))


def with_review(inside: str, *, beside: str = "", more: str = "") -> bytes:
    return drawing(
        *(
            start(),
            task("x", inside),
            end(),
            end("end2"),
            message_border("stop", "x"),
            flow("stop", "end2"),
            more,
        ),
        *(path("start", "x", "end"),),
        beside=[beside],
    )


def extension(name: str, text: str) -> str:
    inner = f"<spiffworkflow:{name}>{text}</spiffworkflow:{name}>"
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"


def repeated(inside: str) -> str:
    return f"<bpmn:multiInstanceLoopCharacteristics>{inside}</bpmn:multiInstanceLoopCharacteristics>"


CONDITIONS = [
    TOUCH,
    SHELL,
    f"{TOUCH} or True",
    f"outcome == {TOUCH}",
    f'outcome in [{TOUCH}, "accept"]',
    f"[{TOUCH} for x in (1,)]",
    f"(lambda: {TOUCH})()",
    f'f"{{{TOUCH}}}" == outcome'.replace('"pathlib"', "'pathlib'").replace('"MARKER"', "'MARKER'"),
    "().__class__.__base__.__subclasses__()[0] == outcome",
    "outcome.__class__.__mro__[1].__subclasses__()",
    'getattr(outcome, "__class__")',
    'open("MARKER", "w")',
    "exec(\"open('MARKER', 'w')\")",
    "eval(\"open('MARKER', 'w')\")",
    'compile("1", "", "exec")',
    f"(x := {TOUCH})",
    f"True if {TOUCH} else False",
    f"deadline({TOUCH}) == 1",
    f"days({TOUCH}) == 1",
    'deadline("labour_review").tzinfo.__class__',
    "9 ** 9 ** 9 ** 9 == 1",
    '"a" * 10 ** 9 == outcome',
    "globals()",
    "__builtins__",
    "values",
    "*outcome",
    "{**outcome}",
    "outcome[0]",
    "await outcome",
    "yield outcome",
    "not " * 200 + "has_upward",
    "(" * 300 + "1" + ")" * 300,
    "1 == 1; open('MARKER', 'w')",
    "outcome == 'a'\nopen('MARKER', 'w')",
]
TIMERS = [
    TOUCH,
    f"deadline({TOUCH})",
    f'deadline("labour_review") + {TOUCH}',
    f'deadline("labour_review") + days({TOUCH})',
    'deadline("labour_review") + days(10**9)',
    'deadline("labour_review").replace(year=1)',
    'open("MARKER", "w")',
]
BPMN_MESSAGE = '<bpmn:message id="carrier" name="withdraw">{}</bpmn:message>'
CORRELATION = (
    '<bpmn:correlationProperty id="property" name="p"><bpmn:correlationPropertyRetrievalExpression '
    f'messageRef="message_withdraw"><bpmn:formalExpression>{TOUCH}</bpmn:formalExpression>'
    "</bpmn:correlationPropertyRetrievalExpression></bpmn:correlationProperty>"
)
OTHERS = {
    "script task": with_step(f'<bpmn:scriptTask id="x"><bpmn:script>{TOUCH}</bpmn:script></bpmn:scriptTask>'),
    "service task": with_step(
        '<bpmn:serviceTask id="x"><bpmn:extensionElements><spiffworkflow:serviceTaskOperator id="op">'
        f'<spiffworkflow:parameters><spiffworkflow:parameter id="p" type="str" value=\'{TOUCH}\' />'
        "</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator></bpmn:extensionElements></bpmn:serviceTask>"
    ),
    "decision task": with_step(
        f'<bpmn:businessRuleTask id="x">{extension("calledDecisionId", TOUCH)}</bpmn:businessRuleTask>'
    ),
    "script before a step": with_review(extension("preScript", TOUCH)),
    "script after a step": with_review(extension("postScript", TOUCH)),
    "script before a notice": with_step(
        notice("x").replace(" />", f">{extension('preScript', TOUCH)}</bpmn:sendTask>")
    ),
    "payload of a message": with_review("", beside=BPMN_MESSAGE.format(extension("messagePayload", TOUCH))),
    "correlation": with_review("", beside=CORRELATION),
    "cardinality": with_review(repeated(f"<bpmn:loopCardinality>{TOUCH}</bpmn:loopCardinality>")),
    "completion condition": with_review(
        repeated(
            "<bpmn:loopCardinality>2</bpmn:loopCardinality>"
            f"<bpmn:completionCondition>{TOUCH}</bpmn:completionCondition>"
        )
    ),
    "loop condition": with_review(
        '<bpmn:standardLoopCharacteristics testBefore="true">'
        f"<bpmn:loopCondition>{TOUCH}</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
    ),
    "conditional event": drawing(
        *(start(), task("review"), end(), end("end2"), path("start", "review", "end"), flow("x", "end2")),
        '<bpmn:boundaryEvent id="x" attachedToRef="review"><bpmn:conditionalEventDefinition id="d">'
        f"<bpmn:condition>{TOUCH}</bpmn:condition></bpmn:conditionalEventDefinition></bpmn:boundaryEvent>",
    ),
    "ad-hoc completion": with_step(
        f'<bpmn:adHocSubProcess id="x"><bpmn:userTask id="y" /><bpmn:completionCondition>{TOUCH}'
        "</bpmn:completionCondition></bpmn:adHocSubProcess>"
    ),
    "complex gateway": with_step(
        f'<bpmn:complexGateway id="x"><bpmn:activationCondition>{TOUCH}</bpmn:activationCondition>'
        "</bpmn:complexGateway>"
    ),
    "inclusive gateway": drawing(
        *(start(), '<bpmn:inclusiveGateway id="x" default="x_to_no" />', end("yes"), end("no")),
        *(path("start", "x", "no"), flow("x", "yes", TOUCH)),
    ),
    "data association": with_review(
        f'<bpmn:dataInputAssociation id="a"><bpmn:assignment><bpmn:from>{TOUCH}</bpmn:from></bpmn:assignment>'
        "</bpmn:dataInputAssociation>"
    ),
    "assignment expression": with_review(
        f'<bpmn:potentialOwner id="o"><bpmn:resourceAssignmentExpression><bpmn:formalExpression>{TOUCH}'
        "</bpmn:formalExpression></bpmn:resourceAssignmentExpression></bpmn:potentialOwner>"
    ),
    "global script": with_review(
        "", beside=f'<bpmn:globalScriptTask id="g"><bpmn:script>{TOUCH}</bpmn:script></bpmn:globalScriptTask>'
    ),
    "duration": with_timer(TOUCH, "timeDuration"),
    "cycle": with_timer(TOUCH, "timeCycle"),
}
PAYLOADS: dict[str, bytes] = {
    **{f"condition {number}": with_condition(text) for number, text in enumerate(CONDITIONS)},
    **{f"timer {number}": with_timer(text) for number, text in enumerate(TIMERS)},
    **OTHERS,
}


@pytest.fixture
def marker(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "marker"
    yield path
    assert not path.exists()


def armed(name: str, marker: Path) -> bytes:
    return PAYLOADS[name].replace(b"MARKER", str(marker).encode())


def test_there_are_many_payloads() -> None:
    assert len(PAYLOADS) >= 50


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_payload_is_refused_at_deployment_and_never_runs(name: str, marker: Path) -> None:
    xml = armed(name, marker)
    assert any(finding.severity == "error" for finding in check(xml, VOCABULARY))
    walk_anyway(xml)


def walk_anyway(xml: bytes) -> None:
    """Read the diagram unchecked and try every command in it."""
    try:
        definition = read(xml)
        steps = [advance(definition, None, Start({"outcome": "accept", "has_upward": True}), AROUND)]
    except TrinhError:
        return
    for _ in range(3):
        steps = [after for step in steps for after in everything(definition, step)]


def everything(definition: Definition, step: Step) -> Iterator[Step]:
    commands = [Complete(open_task.id, {"outcome": "accept"}) for open_task in step.open_tasks]
    commands += [Fire(waiting.task_id) for waiting in step.timers]
    for command in [*commands, Receive("withdraw")]:
        with suppress(TrinhError):
            yield advance(definition, step.state, command, AROUND)


@pytest.mark.parametrize("name", ["condition 0", "script task", "script before a step", "timer 0"])
def test_the_payload_works_on_the_stock_engine(name: str, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    parser = SpiffBpmnParser()
    parser.add_bpmn_xml(etree.fromstring(armed(name, marker)))
    workflow = BpmnWorkflow(parser.get_spec("small"))
    try:
        workflow.do_engine_steps()
        for open_task in workflow.get_tasks(manual=True):
            if not marker.exists():
                open_task.data["outcome"] = "accept"
                open_task.run()
                workflow.do_engine_steps()
    except Exception:  # noqa: BLE001, S110 - the payload may well break the stock engine
        pass
    assert marker.exists()


def test_timers_that_are_fine_are_not_refused() -> None:
    """The frame the payloads sit in is a good diagram: the payload is what is refused."""
    good = drawing(
        *(start(), task("review"), end(), end("end2", terminate=False), path("start", "review", "end")),
        *(timer("late", "review", 'deadline("labour_review")'), flow("late", "end2")),
    )
    assert check(good, VOCABULARY) == []
    assert check(with_condition('outcome == "accept"'), VOCABULARY) == []
    assert check(with_review(""), VOCABULARY) == []
