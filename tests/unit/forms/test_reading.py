"""Reading form documents: what is taken, and where a wrong one is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from service.domain.errors import Invalid
from service.domain.tasks import OUTCOMES, Act, Outcome
from service.forms import FieldType, read_form
from tests.unit.forms.documents import component, document

SHIPPED = sorted((Path(__file__).parents[3] / "forms").glob("*.json"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_form_is_in_the_subset_and_translated(path: Path) -> None:
    form = read_form(path.read_text(encoding="utf-8"))
    assert form.key == path.stem
    wordings = [form.title, form.submit_label, *(field.wording for field in form.fields)]
    wordings += [option.wording for field in form.fields for option in field.options]
    assert all(wording is not None and wording.en for wording in wordings)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_form_offers_the_outcomes_of_its_act(path: Path) -> None:
    form = read_form(path.read_text(encoding="utf-8"))
    if form.outcome is None:
        offered = {Outcome(option.value) for option in form.by_key["outcome"].options}
    else:
        offered = {Outcome(form.outcome)}
    assert offered == OUTCOMES[Act(form.key)]


def test_a_form_knows_its_words_in_both_languages() -> None:
    choice = component(
        "radio",
        "verdict",
        label="Kết quả",
        values=[{"label": "Chấp nhận", "value": "accept"}],
        properties={"label_en": "Result", "option_en.accept": "Accept"},
    )
    form = read_form(document(choice, component("checkbox", "seen", label="Đã xem")))
    verdict, seen = form.fields
    assert (verdict.label("vi"), verdict.label("en")) == ("Kết quả", "Result")
    assert (verdict.options[0].label("vi"), verdict.options[0].label("en")) == ("Chấp nhận", "Accept")
    assert seen.label("en") == "Đã xem"
    assert (form.title.to("vi"), form.title.to("en")) == ("Biểu mẫu", "Form")


def test_the_same_content_is_read_once() -> None:
    content = document(component("textfield", "name"))
    assert read_form(content) is read_form(content)


def test_a_field_is_evaluated_after_those_it_depends_on() -> None:
    later = component("textfield", "reason", conditional={"hide": "=agreed = true"})
    form = read_form(document(later, component("checkbox", "agreed")))
    assert form.evaluation_order.index("agreed") < form.evaluation_order.index("reason")
    assert [field.key for field in form.fields] == ["reason", "agreed"]
    assert form.by_key["agreed"].type is FieldType.CHECKBOX


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("unknown type", component("taglist", "file"), "components[0].type"),
    ("several files or one", component("filepicker", "file", multiple="yes"), "components[0].multiple"),
    ("unknown member", component("textfield", "name", disabled=True), "components[0].disabled"),
    (
        "unknown rule",
        component("textfield", "name", validate={"maxLength": 5, "validationType": "email"}),
        "components[0].validate.validationType",
    ),
    ("no maximum", component("textfield", "name", validate={}), "components[0].validate.maxLength"),
    (
        "maximum is text",
        component("textfield", "name", validate={"maxLength": "5"}),
        "components[0].validate.maxLength",
    ),
    (
        "dangerous pattern",
        component("textfield", "name", validate={"maxLength": 5, "pattern": "(a+)+"}),
        "components[0].validate.pattern",
    ),
    (
        "required is text",
        component("number", "sets", validate={"required": "yes"}),
        "components[0].validate.required",
    ),
    ("minimum is true", component("number", "sets", validate={"min": True}), "components[0].validate.min"),
    ("no label", component("number", "sets", label=None), "components[0].label"),
    ("key with capitals", component("number", "Sets"), "components[0].key"),
    ("key of a context variable", component("checkbox", "late"), "components[0].key"),
    ("no options", component("select", "award"), "components[0].values"),
    (
        "same option twice",
        component("select", "award", values=[{"label": "A", "value": "a"}, {"label": "B", "value": "a"}]),
        "components[0].values[1].value",
    ),
    (
        "English of no option",
        component("select", "award", values=[{"label": "A", "value": "a"}], properties={"option_en.b": "B"}),
        "components[0].properties.option_en.b",
    ),
    ("date with time", component("datetime", "on", subtype="datetime"), "components[0].subtype"),
    (
        "FEEL beyond the subset",
        component("number", "sets", conditional={"hide": "=count(x) > 1"}),
        "components[0].conditional.hide",
    ),
    (
        "condition on nothing",
        component("number", "sets", conditional={"hide": "=colour = 1"}),
        "components.sets",
    ),
    (
        "condition on itself",
        component("number", "sets", properties={"required_when": "=sets = 1"}),
        "components",
    ),
    ("text without text", {"type": "text", "id": "hint"}, "components[0].text"),
    ("properties are a list", component("number", "sets", properties=[]), "components[0].properties"),
]


@pytest.mark.parametrize(
    ("wrong", "place"), [(wrong, place) for _, wrong, place in WRONG], ids=[case[0] for case in WRONG]
)
def test_a_wrong_component_is_named_by_its_place(wrong: dict[str, Any], place: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_form(document(wrong))
    assert place in caught.value.fields
    assert all(str(problem) for problem in caught.value.fields.values())


def test_every_wrong_place_is_listed_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        read_form(document(component("number", "a", foo=1), component("number", "a"), type="other"))
    assert set(caught.value.fields) >= {"components[0].foo", "components[1].key", "type"}


@pytest.mark.parametrize(
    "root", [{"properties": {"title": "x"}}, {"components": []}, {"id": "../form"}, {"exporter": {}}]
)
def test_a_wrong_root_is_refused(root: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        read_form(document(component("number", "sets"), **root))


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", "[" * 5000, '{"a": NaN}', '{"a": 1, "a": 2}', "9" * 6000, '"' + "x" * 200_001],
)
def test_what_is_not_a_json_object_is_refused(content: str) -> None:
    with pytest.raises(Invalid):
        read_form(content)


def test_a_json_mistake_is_named_by_line_and_column() -> None:
    with pytest.raises(Invalid) as caught:
        read_form('{\n  "type": default\n}')
    assert list(caught.value.fields) == ["2:11"]


def test_the_outcome_comes_from_one_place_only() -> None:
    outcome = component("radio", "outcome", values=[{"label": "A", "value": "a"}])
    with pytest.raises(Invalid):
        read_form(document(outcome))
    root = json.loads(document(outcome))
    del root["properties"]["outcome"]
    assert read_form(json.dumps(root)).outcome is None
