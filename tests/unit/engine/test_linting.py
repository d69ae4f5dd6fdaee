"""Every diagram that would be read quietly and go wrong later is refused, with the element named."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from service.engine import Finding, check, check_isolated, linting
from tests.models.diagrams import DIAGRAMS
from tests.unit.engine.drawings import (
    SHIPPED,
    VOCABULARY,
    choice,
    drawing,
    end,
    flow,
    inside,
    message_border,
    notice,
    parallel,
    path,
    start,
    task,
    timer,
    timer_definition,
    wait_until,
)

LINE = path("start", "review", "end")


def findings(xml: bytes) -> list[Finding]:
    return check(xml, VOCABULARY)


def errors(xml: bytes) -> set[tuple[str, str]]:
    return {(finding.rule, finding.element_id) for finding in findings(xml) if finding.severity == "error"}


def small(*parts: str, **words: str) -> bytes:
    """start → review → end, and these parts."""
    return drawing(start(), task("review", **words), end(), LINE, *parts)


def test_the_shipped_diagram_has_no_findings() -> None:
    assert findings(SHIPPED.read_bytes()) == []


@pytest.mark.parametrize("name", DIAGRAMS)
def test_the_diagrams_of_the_random_walks_may_be_deployed(name: str) -> None:
    assert not errors(DIAGRAMS[name])


REFUSED_ELEMENTS = {
    "script-task": '<bpmn:scriptTask id="x"><bpmn:script>1</bpmn:script></bpmn:scriptTask>',
    "service-task": '<bpmn:serviceTask id="x" />',
    "decision-task": '<bpmn:businessRuleTask id="x" />',
    "call-activity": '<bpmn:callActivity id="x" calledElement="other" />',
    "recursive-call": '<bpmn:callActivity id="x" calledElement="small" />',
    "plain-task": '<bpmn:task id="x" />',
    "manual-task": '<bpmn:manualTask id="x" />',
    "receive-task": '<bpmn:receiveTask id="x" />',
    "complex-gateway": '<bpmn:complexGateway id="x" />',
    "inclusive-gateway": '<bpmn:inclusiveGateway id="x" />',
    "event-gateway": '<bpmn:eventBasedGateway id="x" />',
    "transaction": '<bpmn:transaction id="x" />',
    "ad-hoc": '<bpmn:adHocSubProcess id="x" />',
    "throw-event": '<bpmn:intermediateThrowEvent id="x" />',
    "signal-event": '<bpmn:endEvent id="x"><bpmn:signalEventDefinition id="d" /></bpmn:endEvent>',
    "link-event": (
        '<bpmn:intermediateThrowEvent id="x"><bpmn:linkEventDefinition id="d" name="l" />'
        "</bpmn:intermediateThrowEvent>"
    ),
    "compensation": '<bpmn:endEvent id="x"><bpmn:compensateEventDefinition id="d" /></bpmn:endEvent>',
    "event-kind": '<bpmn:endEvent id="x"><bpmn:errorEventDefinition id="d" /></bpmn:endEvent>',
    "event-without-kind": '<bpmn:intermediateCatchEvent id="x" />',
    "event-subprocess": '<bpmn:subProcess id="x" triggeredByEvent="true" />',
    "data-element": '<bpmn:dataObject id="x" />',
    "unsupported-element": '<bpmn:choreographyTask id="x" />',
    "multi-instance": (
        '<bpmn:userTask id="x"><bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>3'
        "</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>"
    ),
    "unsupported-part": '<bpmn:userTask id="x"><bpmn:script>1</bpmn:script></bpmn:userTask>',
    "script-extension": (
        '<bpmn:userTask id="x"><bpmn:extensionElements><spiffworkflow:preScript id="x">1'
        "</spiffworkflow:preScript></bpmn:extensionElements></bpmn:userTask>"
    ),
    "several-events": (
        '<bpmn:intermediateCatchEvent id="x"><bpmn:timerEventDefinition id="d" />'
        '<bpmn:messageEventDefinition id="e" /></bpmn:intermediateCatchEvent>'
    ),
}


@pytest.mark.parametrize("rule", REFUSED_ELEMENTS)
def test_what_the_dialect_lacks_is_refused_by_its_name(rule: str) -> None:
    assert (rule, "x") in errors(small(REFUSED_ELEMENTS[rule]))


def test_a_compensation_task_is_refused() -> None:
    assert ("compensation", "x") in errors(small('<bpmn:userTask id="x" isForCompensation="true" />'))


def test_a_timer_behind_an_event_gateway_is_named() -> None:
    gateway = '<bpmn:eventBasedGateway id="which" />'
    xml = small(gateway, wait_until("late", 'deadline("labour_review")'), flow("which", "late"))
    assert ("timer-behind-event-gateway", "late") in errors(xml)


PATHS = {
    ("dangling", "review"): (start(), task("review"), end(), path("start", "review")),
    ("unreachable", "lonely"): (start(), task("review"), end(), LINE, task("lonely"), flow("lonely", "end")),
    ("no-way-out", "a"): (
        *(start(), choice("split", "go"), task("a"), task("b"), end()),
        *(path("start", "split", "a", "b", "a"), flow("split", "end", key="go")),
    ),
    ("boundary-without-flow", "late"): (
        *(start(), task("review"), end(), LINE),
        timer("late", "review", 'deadline("labour_review")'),
    ),
    ("boundary-host", "late"): (
        *(start(), task("review"), end(), end("end2", terminate=False), LINE),
        *(timer("late", "nobody", 'deadline("labour_review")'), flow("late", "end2")),
    ),
    ("condition-ignored", "start_to_review"): (
        *(start(), task("review"), end()),
        *(flow("start", "review", 'outcome == "accept"'), flow("review", "end")),
    ),
    ("gateway-without-flow", "split"): (start(), choice("split"), path("start", "split"), end()),
    ("no-default", "split"): (
        *(start(), choice("split"), end("yes"), end("no"), path("start", "split")),
        *(flow("split", "yes", "has_upward"), flow("split", "no", "not has_upward")),
    ),
    ("condition-missing", "split_to_no"): (
        *(start(), choice("split", "split_to_yes"), end("yes"), end("no"), path("start", "split")),
        *(flow("split", "yes"), flow("split", "no")),
    ),
    ("bad-default", "split"): (start(), choice("split", "elsewhere"), end(), path("start", "split", "end")),
    ("implicit-split", "review"): (
        start(),
        task("review"),
        end(),
        end("other"),
        LINE,
        flow("review", "other"),
    ),
    ("arrow-into-event", "start"): (
        start(),
        task("review"),
        end(),
        LINE,
        flow("review", "start", key="back"),
    ),
    ("arrow-out-of-end", "end"): (start(), task("review"), end(), LINE, flow("end", "review")),
    ("dangling-flow", "nowhere"): (
        start(),
        task("review"),
        end(),
        LINE,
        flow("review", "gone", key="nowhere"),
    ),
    ("flow-crosses-border", "out"): (
        *(start(), inside("block", start("s"), task("t"), end("e"), path("s", "t", "e")), end()),
        *(path("start", "block", "end"), flow("t", "end", key="out")),
    ),
    ("start-count", "small"): (
        start(),
        start("second"),
        task("review"),
        end(),
        LINE,
        flow("second", "review"),
    ),
    ("no-end", "small"): (start(), task("review"), path("start", "review")),
    ("reserved-id", "End"): (start(), task("End"), end(), path("start", "End", "end")),
    ("missing-name", "x"): (start(), '<bpmn:userTask id="x" />', end(), path("start", "x", "end")),
    ("deadlock", "join"): (
        *(start(), choice("split", "split_to_a"), task("a"), task("b"), parallel("join"), end()),
        *(path("start", "split", "a", "join", "end"), flow("split", "b", "has_upward"), flow("b", "join")),
    ),
    ("runs-twice", "merge"): (
        *(start(), parallel("fork"), task("a"), task("b"), choice("merge"), task("c"), end()),
        *(path("start", "fork", "a", "merge", "c", "end"), path("fork", "b", "merge")),
    ),
    ("join-on-cycle", "join"): (
        *(start(), task("prepare"), parallel("fork"), task("a"), task("b"), parallel("join")),
        *(
            choice("result", "result_to_end"),
            end(),
            path("start", "prepare", "fork", "a", "join", "result", "end"),
        ),
        *(path("fork", "b", "join"), flow("result", "prepare", "has_upward")),
    ),
    ("automatic-cycle", "tell"): (
        *(
            start(),
            notice("tell"),
            choice("again", "again_to_end"),
            end(),
            path("start", "tell", "again", "end"),
        ),
        flow("again", "tell", "has_upward"),
    ),
    ("side-joins-main", "decide"): (
        *(start(), task("review"), task("decide"), end(), path("start", "review", "decide", "end")),
        *(timer("late", "review", 'deadline("labour_review")'), flow("late", "decide")),
    ),
    ("join-beside-main", "join"): (
        *(start(), task("review"), end(), LINE, timer("late", "review", 'deadline("labour_review")')),
        *(parallel("fork"), task("a"), task("b"), parallel("join"), end("done", terminate=False)),
        *(path("late", "fork", "a", "join", "done"), path("fork", "b", "join")),
    ),
    ("plain-end", "end"): (
        *(start(), task("review"), end(terminate=False), LINE, task("head"), end("done", terminate=False)),
        *(timer("late", "review", 'deadline("labour_review")'), path("late", "head", "done")),
    ),
}


def test_inside_a_sub_process_an_end_closes_its_escalations_too() -> None:
    block = inside(
        "block",
        *(start("s"), task("review"), end("e", terminate=False), path("s", "review", "e")),
        *(
            timer("late", "review", 'deadline("labour_review")'),
            end("told", terminate=False),
            path("late", "told"),
        ),
    )
    assert errors(drawing(start(), block, end(), path("start", "block", "end"))) == {("plain-end", "e")}


@pytest.mark.parametrize(("rule", "element_id"), PATHS)
def test_a_dossier_that_would_go_astray_is_refused(rule: str, element_id: str) -> None:
    assert (rule, element_id) in errors(drawing(*PATHS[rule, element_id]))


def test_a_circle_whose_only_stop_is_a_timer_counts_as_automatic() -> None:
    xml = drawing(
        start(),
        wait_until("wait", 'deadline("labour_review")'),
        choice("again", "again_to_end"),
        end(),
        path("start", "wait", "again", "end"),
        flow("again", "wait", "has_upward"),
    )
    assert ("automatic-cycle", "wait") in errors(xml)


def test_a_circle_through_a_sub_process_is_automatic_only_if_the_sub_process_is() -> None:
    def around(*middle: str) -> set[tuple[str, str]]:
        keys = [part.split('id="')[1].split('"')[0] for part in middle]
        block = inside("block", start("s"), *middle, end("e"), path("s", *keys, "e"))
        return errors(
            drawing(
                *(start(), choice("merge"), block, choice("again", "again_to_end"), end()),
                *(path("start", "merge", "block", "again", "end"), flow("again", "merge", "has_upward")),
            )
        )

    assert ("automatic-cycle", "block") in around(notice("tell"))
    assert around(notice("tell"), task("review")) == set()


def test_deep_nesting_is_checked_quickly() -> None:
    parts = task("review")
    first = "review"
    for level in range(20):
        s, e, first_before = f"s{level}", f"e{level}", first
        first = f"block{level}"
        parts = inside(first, start(s), parts, end(e), path(s, first_before, e))
    assert errors(drawing(start(), parts, end(), path("start", first, "end"))) == set()


def test_twelve_forks_that_nobody_joins_are_refused() -> None:
    parts = [start(), end(), path("start", "fork0")]
    for number in range(12):
        after = f"fork{number + 1}" if number < 11 else "end"
        parts += [parallel(f"fork{number}"), notice(f"tell{number}"), choice(f"merge{number}")]
        parts += [
            path(f"fork{number}", f"tell{number}", f"merge{number}", after),
            flow(f"fork{number}", f"merge{number}"),
        ]
    assert {rule for rule, _ in errors(drawing(*parts))} == {"runs-twice"}


def test_two_arrows_between_the_same_elements_are_refused() -> None:
    xml = drawing(
        start(),
        parallel("fork"),
        parallel("join"),
        end(),
        path("start", "fork", "join", "end"),
        flow("fork", "join", key="b"),
    )
    assert errors(xml) == {("double-arrow", "fork_to_join"), ("double-arrow", "b")}


def test_more_branches_than_can_be_checked_are_refused() -> None:
    tasks = [f"t{number}" for number in range(20)]
    parts = [part for key in tasks for part in (task(key), flow("fork", key), flow(key, "join"))]
    xml = drawing(
        start(), parallel("fork"), *parts, parallel("join"), end(), path("start", "fork"), path("join", "end")
    )
    assert ("too-wide", "start") in errors(xml)


@pytest.mark.parametrize(("count", "refused"), [(390, False), (410, True), (5_000, True)])
def test_a_chain_is_refused_before_it_breaks_the_engine(count: int, refused: bool) -> None:  # noqa: FBT001
    keys = [f"t{number}" for number in range(count)]
    xml = drawing(start(), *[task(key) for key in keys], end(), path("start", *keys, "end"))
    assert bool(errors(xml)) is refused


WORDS = {
    "missing-role": {"role": ""},
    "missing-form": {"form": ""},
    "missing-act": {"act": ""},
    "unknown-role": {"role": "emperor"},
    "unknown-form": {"form": "nothing"},
    "unknown-act": {"act": "dance"},
    "unknown-deadline": {"deadline": "one_day"},
    "unknown-reminders": {"reminders": "ladder", "deadline": "labour_review"},
    "unknown-attribute": {"rol": "chairman"},
}


@pytest.mark.parametrize("rule", WORDS)
def test_a_user_task_says_who_does_what_in_known_words(rule: str) -> None:
    assert errors(small(**WORDS[rule])) == {(rule, "review")}


@pytest.mark.parametrize(
    ("rule", "part"),
    [
        ("unknown-notify", notice("tell", notify="everybody")),
        ("unknown-template", notice("tell", template="poem")),
    ],
)
def test_a_notice_names_a_known_audience_and_letter(rule: str, part: str) -> None:
    xml = drawing(start(), task("review"), part, end(), path("start", "review", "tell", "end"))
    assert errors(xml) == {(rule, "tell")}


def test_a_message_that_nobody_sends_is_refused() -> None:
    other = '<bpmn:message id="other" name="hello" />'
    border = message_border("stop", "review").replace("message_withdraw", "other")
    xml = drawing(
        start(), task("review"), end(), end("end2"), LINE, border, flow("stop", "end2"), beside=[other]
    )
    assert errors(xml) == {("unknown-message", "stop")}


@pytest.mark.parametrize(
    "condition",
    [
        "outcom == 'accept'",
        "outcome = 'accept'",
        "outcome",
        "outcome == ",
        "accept",
        "has_upward + 1",
        "1 < 2 <",
    ],
)
def test_a_condition_that_cannot_be_answered_is_refused(condition: str) -> None:
    xml = drawing(
        start(),
        choice("split", "split_to_no"),
        end("yes"),
        end("no"),
        path("start", "split", "no"),
        flow("split", "yes", condition),
    )
    assert errors(xml) == {("condition", "split_to_yes")}


TIMERS = {
    "timer-literal": ["2024-12-05T00:00:00+07:00", '"2024-12-05"', "05/12/2024"],
    "timer-duration": ["P1D", '"PT8H"', "R3/PT1H"],
    "timer-expression": ['deadline("nothing")', "days(1)", 'deadline("labour_review") + 1', "now()", ""],
}


@pytest.mark.parametrize(("rule", "date"), [(rule, date) for rule, dates in TIMERS.items() for date in dates])
def test_a_timer_rests_on_a_deadline(rule: str, date: str) -> None:
    xml = small(timer("late", "review", date), end("end2", terminate=False), flow("late", "end2"))
    assert errors(xml) == {(rule, "late")}


@pytest.mark.parametrize("tag", ["timeDuration", "timeCycle"])
def test_durations_and_cycles_are_refused(tag: str) -> None:
    border = (
        '<bpmn:boundaryEvent id="late" attachedToRef="review">'
        f"{timer_definition('late', 'PT1H', tag)}</bpmn:boundaryEvent>"
    )
    assert ("timer-kind", "late") in errors(small(border, end("end2"), flow("late", "end2")))


def lanes(inner: str) -> str:
    return f'<bpmn:laneSet id="lanes">{inner}</bpmn:laneSet>'


def references(*keys: str) -> str:
    return "".join(f"<bpmn:flowNodeRef>{key}</bpmn:flowNodeRef>" for key in keys)


@pytest.mark.parametrize(
    ("rule", "inner"),
    [
        ("lane-reference", f'<bpmn:lane id="l" name="Unit">{references(" review ")}</bpmn:lane>'),
        ("lane-reference", f'<bpmn:lane id="l" name="Unit">{references("review", "gone")}</bpmn:lane>'),
        ("lane-without-name", f'<bpmn:lane id="l">{references("review")}</bpmn:lane>'),
        ("outside-lanes", f'<bpmn:lane id="l" name="Unit">{references("start")}</bpmn:lane>'),
        (
            "several-lanes",
            (
                f'<bpmn:lane id="l" name="Unit">{references("review")}</bpmn:lane>'
                f'<bpmn:lane id="m" name="Office">{references("review")}</bpmn:lane>'
            ),
        ),
    ],
)
def test_every_user_task_lies_in_one_named_lane(rule: str, inner: str) -> None:
    assert rule in {found for found, _ in errors(small(lanes(inner)))}


def test_one_executable_process_is_needed() -> None:
    second = '<bpmn:process id="second" isExecutable="true"><bpmn:startEvent id="s" /></bpmn:process>'
    idle = drawing(start(), task("review"), end(), LINE, process='id="small" isExecutable="false"')
    assert ("not-executable", "small") in errors(idle)
    found = {rule for rule, _ in errors(drawing(start(), task("review"), end(), LINE, beside=[second]))}
    assert "several-processes" in found


@pytest.mark.parametrize(
    ("rule", "xml"),
    [
        ("unreadable", b""),
        ("unreadable", b"not xml"),
        ("unreadable", b"<a><b></a>"),
        ("unreadable", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'),
        ("unreadable", b"<a>" + b" " * 2_000_001 + b"</a>"),
        ("not-bpmn", b"<html/>"),
        ("no-process", b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" />'),
    ],
)
def test_a_file_that_is_no_diagram_is_refused(rule: str, xml: bytes) -> None:
    assert rule in {found for found, _ in errors(xml)}


def test_settings_of_other_products_are_pointed_out() -> None:
    xml = drawing(
        start(), task("review").replace("<bpmn:userTask", '<bpmn:userTask camunda:assignee="x"'), end(), LINE
    )
    assert [(found.rule, found.severity) for found in findings(xml)] == [("foreign-extension", "warning")]


def test_duplicate_and_odd_ids_are_refused() -> None:
    assert ("duplicate-id", "review") in errors(small(notice("review")))
    odd = drawing(start(), task("bước 1"), end(), path("start", "bước 1", "end"))
    assert ("bad-id", "bước 1") in errors(odd)


def test_an_element_without_a_picture_is_a_warning() -> None:
    xml = small().replace(b'bpmnElement="review"', b'bpmnElement="other"')
    assert [(found.rule, found.element_id) for found in findings(xml)] == [("not-drawn", "review")]


SENDING = {"form": "forward", "act": "forward"}


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ({"review": {"deadline": "labour_review"}}, {("never-late", "review")}),
        ({"review": {"deadline": "labour_review"}, "letter": SENDING}, {("never-late", "review")}),
        (
            {"review": {"deadline": "labour_review"}, "letter": SENDING | {"deadline": "labour_review"}},
            set(),
        ),
        (
            {"review": {"deadline": "labour_review"}, "letter": SENDING | {"deadline": "unit_submission"}},
            {("never-late", "review")},
        ),
        (
            {"letter": {"form": "select", "act": "forward", "deadline": "labour_review"}},
            {("late-without-reason", "letter")},
        ),
        ({"letter": {"form": "select", "act": "forward"}}, set()),
    ],
)
def test_a_deadline_that_judges_nothing_or_asks_for_no_reason_is_a_warning(
    steps: dict[str, dict[str, str]], found: set[tuple[str, str]]
) -> None:
    drawn = [task(key, **words) for key, words in steps.items()]
    told = findings(drawing(start(), *drawn, end(), path("start", *steps, "end")))
    assert {(one.rule, one.element_id) for one in told} == found
    assert {one.severity for one in told} <= {"warning"}
    assert all(one.hint for one in told)


def test_the_shipped_diagram_warns_once_a_form_of_it_no_longer_asks_why() -> None:
    known = replace(VOCABULARY, asking_forms=VOCABULARY.asking_forms - {"forward"})
    told = check_isolated(SHIPPED.read_bytes(), known)
    assert {(one.rule, one.element_id) for one in told} == {
        ("late-without-reason", "forward_to_interior"),
        ("late-without-reason", "forward_to_chairman"),
    }


def test_every_warning_is_explained_where_the_diagram_is() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in Path(linting.__path__[0]).glob("*.py"))
    warned = set(re.findall(r'report\.warning\(\s*"([a-z-]+)"', source))
    assert warned >= {"never-late", "late-without-reason"}
    for page, title in (("", "What is only warned of"), (".vi", "Những gì chỉ cảnh báo")):
        text = (SHIPPED.parents[1] / "docs" / "how-to" / f"change-the-diagram{page}.md").read_text(
            encoding="utf-8"
        )
        section = text.partition(f"## {title}\n")[2].partition("\n## ")[0]
        assert set(re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE)) == warned


def test_the_isolated_check_finds_the_same() -> None:
    xml = small(REFUSED_ELEMENTS["script-task"])
    assert check_isolated(xml, VOCABULARY) == findings(xml)
    assert check_isolated(SHIPPED.read_bytes(), VOCABULARY) == []


def test_a_check_that_does_not_finish_stops_the_deployment() -> None:
    found = check_isolated(SHIPPED.read_bytes(), VOCABULARY, seconds=0)
    assert [(finding.rule, finding.severity) for finding in found] == [("check-failed", "error")]
