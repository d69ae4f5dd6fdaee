"""What the shipped forms promise to the diagrams that name them and to readers of both languages."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FORMS = sorted((ROOT / "forms").glob("*.json"))
DIAGRAMS = sorted((ROOT / "bpmn").glob("*.bpmn"))


def load(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def texts_of(component: dict[str, Any]) -> dict[str, str | None]:
    """The Vietnamese texts of a component by the name of the property that holds the English one."""
    name = "text" if component["type"] == "text" else "label"
    vietnamese = component.get("dateLabel", component.get(name))
    texts = {f"{name}_en": vietnamese}
    if "description" in component:
        texts["description_en"] = component["description"]
    for option in component.get("values", []):
        texts[f"option_en.{option['value']}"] = option["label"]
    return texts


each_form = pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_every_form_that_a_diagram_names_is_there(path: Path) -> None:
    named = set(re.findall(r'trinh:form="([^"]*)"', path.read_text(encoding="utf-8")))
    assert named
    assert named <= {form.stem for form in FORMS}


@each_form
def test_a_form_is_called_like_its_file(path: Path) -> None:
    assert load(path)["id"] == path.stem


@each_form
def test_every_component_speaks_vietnamese_and_english(path: Path) -> None:
    for component in load(path)["components"]:
        for english, vietnamese in texts_of(component).items():
            assert vietnamese, (component["id"], english)
            assert component["properties"].get(english), (component["id"], english)


@each_form
def test_a_form_is_named_in_both_languages(path: Path) -> None:
    words = load(path)["properties"]
    for name in ("title", "submit_label"):
        assert words[name]
        assert words[f"{name}_en"]


@each_form
def test_keys_and_ids_are_plain_and_not_used_twice(path: Path) -> None:
    components = load(path)["components"]
    keys = [component["key"] for component in components if component["type"] != "text"]
    ids = [component["id"] for component in components]
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", key) for key in keys)
    assert len(set(keys)) == len(keys)
    assert len(set(ids)) == len(ids)


@each_form
def test_every_text_field_has_a_greatest_length(path: Path) -> None:
    for component in load(path)["components"]:
        if component["type"] in {"textfield", "textarea"}:
            assert component["validate"]["maxLength"] > 0, component["id"]


@each_form
def test_a_return_or_a_refusal_asks_for_a_reason(path: Path) -> None:
    fields = {component.get("key"): component for component in load(path)["components"]}
    outcomes = {option["value"] for option in fields.get("outcome", {}).get("values", [])}
    for outcome in outcomes - {"accept", "approve", "submit"}:
        assert f'outcome = "{outcome}"' in fields["reason"]["properties"]["required_when"]
