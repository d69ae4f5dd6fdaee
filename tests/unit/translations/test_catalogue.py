"""Every sentence has its Vietnamese, with the same parameters."""

import re
from string import Formatter

import pytest

from tests.support import messages

_TEMPLATE_PLACE = re.compile(r"%\((\w+)\)s")
SENTENCES = sorted(messages.extracted())


def places(text: str) -> set[str]:
    """The parameters of a sentence: `{name}` in code, `%(name)s` in templates."""
    if found := set(_TEMPLATE_PLACE.findall(text)):
        return found
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.fixture(scope="module")
def vietnamese() -> dict[str, str]:
    return {message.id: message.string for message in messages.catalogue() if isinstance(message.id, str)}


def test_every_sentence_has_its_vietnamese(vietnamese: dict[str, str]) -> None:
    assert [text for text in SENTENCES if not vietnamese.get(text)] == []


def test_the_vietnamese_names_the_same_parameters(vietnamese: dict[str, str]) -> None:
    differing = [text for text in SENTENCES if places(text) != places(vietnamese.get(text, text))]
    assert differing == []


def test_no_translation_outlives_its_sentence(vietnamese: dict[str, str]) -> None:
    assert sorted(vietnamese.keys() - set(SENTENCES) - {""}) == []


def test_sentences_of_the_code_and_of_templates_are_found() -> None:
    found = messages.extracted()
    assert "domain/deadlines.py" in found["today is the last day"]
    assert any(file.startswith("web/templates/") for files in found.values() for file in files)
