"""Guiding documents, and the plan's rules read back from what was loaded."""

import json
from datetime import date

import pytest

from service.domain.amendments import Guidance, reason_for
from service.domain.contents import round_plans, rules_of_round
from service.domain.errors import Invalid
from service.domain.localities import content
from service.domain.rounds import RoundKind
from tests.builders import shipped_locality

GUIDANCE = Guidance(
    "12/HD-UBND", "UBND tỉnh Khánh Hòa", date(2025, 9, 1), "mục 2", "chậm nhất ngày 01/11/2025"
)


def test_a_guiding_document_goes_through_json_unchanged() -> None:
    assert Guidance.from_json(json.loads(json.dumps(GUIDANCE.as_json()))) == GUIDANCE


def test_a_guiding_document_is_named_with_number_day_and_issuer() -> None:
    assert GUIDANCE.name.vi == "Văn bản số 12/HD-UBND ngày 01/09/2025 của UBND tỉnh Khánh Hòa"
    assert GUIDANCE.name.en == "Document No. 12/HD-UBND of 01/09/2025 by UBND tỉnh Khánh Hòa"


def test_every_missing_part_of_a_guiding_document_is_named() -> None:
    with pytest.raises(Invalid) as refused:
        Guidance(" ", "", date(2025, 9, 1), "\t", "")
    assert set(refused.value.fields) == {"number", "issuer", "section", "quote"}


def test_words_that_were_not_read_need_not_be_quoted() -> None:
    assert Guidance("1", "UBND", date(2025, 9, 1), "1", "", verified=False).quote == ""


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 2001])
def test_a_change_needs_a_reason_of_some_length(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        reason_for(text)
    assert set(refused.value.fields) == {"reason"}


def test_the_rules_of_the_plan_are_read_back_as_they_were_loaded() -> None:
    locality = shipped_locality()
    kept = json.loads(json.dumps(content(locality)))
    assert tuple(round_plans(kept).values()) == locality.kinds
    for round_ in locality.rounds:
        assert tuple((rules_of_round(kept, round_.key) or {}).values()) == round_.deadlines
    assert rules_of_round(kept, "annual-1999") is None


def test_a_round_of_the_files_is_the_one_that_the_plan_would_give_for_its_year() -> None:
    locality = shipped_locality()
    plans = {plan.kind: plan for plan in locality.kinds}
    annual = next(round_ for round_ in locality.rounds if round_.key == "annual-2024")
    assert plans[RoundKind.ANNUAL].round_of(2024) == annual
