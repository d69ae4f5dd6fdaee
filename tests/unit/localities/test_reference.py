"""The reference of locality files explains every key and every choice of the schemas, and no other."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from marshmallow import Schema

from service.localities.fields import Choice, Many, Record
from service.localities.schemas import FILES, OPTIONAL_FILES, CitationShape, DueShape, NamedCitationShape

REFERENCE = (Path(__file__).parents[3] / "docs" / "reference" / "locality-files.md").read_text(
    encoding="utf-8"
)


def section(heading: str) -> str:
    """The text under a heading of the second level."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", REFERENCE, re.MULTILINE | re.DOTALL)
    assert found, f"no section {heading}"
    return found[1]


def keys_of(schema: type[Schema], prefix: str = "") -> Iterator[tuple[str, object]]:
    """The dotted name and the field of every key, list items marked by `[]`."""
    for name, field in schema().fields.items():
        yield prefix + name, field
        inner = field.item if isinstance(field, Many) else field
        if isinstance(inner, Record):
            yield from keys_of(inner.schema, f"{prefix}{name}{'[]' if isinstance(field, Many) else ''}.")


def explained_once(name: str) -> bool:
    """Whether a key belongs to a shape that several lists share and that has a section of its own."""
    place, _, key = name.rpartition(".")
    due = place in {"kinds[].deadlines[]", "rounds[].deadlines[]", "duties[]"} and key in DueShape().fields
    return due or (place == "citations[]" and key in CitationShape().fields)


def documented(text: str) -> set[str]:
    return set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))


@pytest.mark.parametrize("file", FILES)
def test_every_key_is_explained_and_nothing_else(file: str) -> None:
    keys = {name for name, _ in keys_of(FILES[file]) if not explained_once(name)}
    assert documented(section(f"`{file}`")) == keys


@pytest.mark.parametrize("file", FILES)
def test_every_choice_is_explained(file: str) -> None:
    text = section(f"`{file}`")
    for name, field in keys_of(FILES[file]):
        inner = field.item if isinstance(field, Many) else field
        if isinstance(inner, Choice) and not explained_once(name):
            row = re.search(rf"^\| `{re.escape(name)}` \|.*$", text, re.MULTILINE)
            assert row
            missing = [choice.value for choice in inner.choices if f"`{choice.value}`" not in row[0]]
            assert not missing, (name, missing)


@pytest.mark.parametrize("file", FILES)
def test_required_keys_are_told_from_optional_ones(file: str) -> None:
    text = section(f"`{file}`")
    for name, field in keys_of(FILES[file]):
        row = re.search(rf"^\| `{re.escape(name)}` \| (\w+) \|", text, re.MULTILINE)
        if row:
            assert (row[1] == "yes") == field.required, name  # type: ignore[attr-defined]


def test_citations_are_explained_once() -> None:
    assert documented(section("Citations")) == set(CitationShape().fields)
    assert set(NamedCitationShape().fields) == {*CitationShape().fields, "key"}


def test_the_ways_to_say_when_are_explained_once() -> None:
    assert documented(section("When something is due")) == set(DueShape().fields)


def test_optional_files_are_named_as_such() -> None:
    for file in FILES:
        assert ("Optional file." in section(f"`{file}`")) == (file in OPTIONAL_FILES)
