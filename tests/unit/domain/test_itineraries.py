"""Where a dossier stands to each step: done, current, ahead, not on the way."""

from service.domain.itineraries import StepState, forward, reach, states

ARROWS = {
    "start": ["prepare"],
    "prepare": ["select"],
    "select": ["appraise", "prepare", "refused"],
    "appraise": ["decide", "prepare", "refused"],
    "decide": ["decided", "hand_over", "select"],
    "hand_over": ["handed_over"],
}
ELEMENTS = [*ARROWS, "refused", "decided", "handed_over"]
AHEAD = forward(ARROWS, ["start"])
D, C, A, S = StepState.DONE, StepState.CURRENT, StepState.AHEAD, StepState.SKIPPED


def told(opened: list[str], current: set[str], *, ended: bool = False) -> str:
    """The first letters of the states, in the order of the elements."""
    found = states(ELEMENTS, AHEAD, opened, current, ended=ended)
    return "".join(found[element].value[0] for element in ELEMENTS)


def test_ways_back_are_not_what_lies_ahead() -> None:
    assert AHEAD["select"] == ["appraise", "refused"]
    assert AHEAD["decide"] == ["decided", "hand_over"]
    assert "prepare" not in reach(AHEAD, ["appraise"])


def test_what_was_passed_is_done_and_the_rest_lies_ahead() -> None:
    assert told(["start", "prepare", "select", "appraise"], {"appraise"}) == "dddcaaaaa"


def test_after_a_return_what_was_done_lies_ahead_again() -> None:
    assert told(["start", "prepare", "select", "appraise", "prepare"], {"prepare"}) == "dcaaaaaaa"


def test_after_the_end_what_was_not_reached_is_not_on_the_way() -> None:
    way = ["start", "prepare", "select", "appraise", "decide"]
    assert told(way, {"decided"}, ended=True) == "dddddsscs"


def test_a_graph_that_only_goes_round_is_still_told() -> None:
    kept = forward({"a": ["b"], "b": ["a"]}, ["a"])
    assert kept == {"a": ["b"], "b": []}
