"""Every sentence has its Vietnamese, with the same parameters."""

import re
from string import Formatter

import pytest

from tests.support import messages

_NAMED = re.compile(r"%\((\w+)\)s")
Said = dict[str, list[str]]


def broken(text: str, *, in_template: bool) -> str:
    """What would break a page that says a sentence, or nothing: places stand in templates as `%(name)s`,
    where a lone `%` breaks the page, and in code as `{name}`, where a lone brace does.
    """
    if in_template:
        return "%" if "%" in _NAMED.sub("", text).replace("%%", "") else ""
    try:
        names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError as error:
        return str(error)
    return ", ".join(
        ["%(…)s"] * bool(_NAMED.search(text)) + [f"{{{n}}}" for n in names if not n.isidentifier()]
    )


def places(text: str, *, in_template: bool) -> set[str]:
    """The parameters of a sentence."""
    named = set(_NAMED.findall(text)) if in_template else set[str]()
    return named | {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def ways(files: list[str]) -> set[bool]:
    """Where a sentence is said: in templates (True), in code (False)."""
    return {file.startswith("web/templates/") for file in files}


@pytest.fixture(scope="module")
def said() -> Said:
    """Every sentence with the files it stands in; looking for them takes seconds."""
    return messages.extracted()


@pytest.fixture(scope="module")
def vietnamese() -> dict[str, str]:
    return {message.id: message.string for message in messages.catalogue() if isinstance(message.id, str)}


def test_every_sentence_has_its_vietnamese(said: Said, vietnamese: dict[str, str]) -> None:
    assert [text for text in said if not vietnamese.get(text)] == []


def test_no_sentence_breaks_the_page_that_says_it_in_either_language(
    said: Said, vietnamese: dict[str, str]
) -> None:
    found = {
        words: why
        for text, files in said.items()
        for words in (text, vietnamese.get(text, text))
        for in_template in ways(files)
        if (why := broken(words, in_template=in_template))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("text", "in_template"),
    [
        ("100 %", True),
        ("100 % done of %(all)s", True),
        ("%s of %(all)s", True),
        ("%(all) of them", True),
        ("one { alone", False),
        ("one } alone", False),
        ("{} without a name", False),
        ("{a.b} with a part", False),
        ("%(name)s in code", False),
    ],
)
def test_a_sentence_that_would_break_a_page_is_found(text: str, in_template: bool) -> None:  # noqa: FBT001
    assert broken(text, in_template=in_template)


@pytest.mark.parametrize(
    ("text", "in_template"),
    [
        ("100 %% of %(all)s", True),
        ("{all} of {{all}}: 100 %", False),
        ("{all} for a script", True),
        ("nothing at all", True),
    ],
)
def test_a_sentence_that_breaks_nothing_is_let_pass(text: str, in_template: bool) -> None:  # noqa: FBT001
    assert broken(text, in_template=in_template) == ""


def test_the_vietnamese_names_the_same_parameters(said: Said, vietnamese: dict[str, str]) -> None:
    differing = [
        text
        for text, files in said.items()
        for in_template in ways(files)
        if places(text, in_template=in_template)
        != places(vietnamese.get(text, text), in_template=in_template)
    ]
    assert differing == []


def test_no_translation_outlives_its_sentence(said: Said, vietnamese: dict[str, str]) -> None:
    assert sorted(vietnamese.keys() - said.keys() - {""}) == []


def test_sentences_of_the_code_and_of_templates_are_found(said: Said) -> None:
    assert "domain/deadlines.py" in said["no date: the plan sets none"]
    assert any(file.startswith("web/templates/") for files in said.values() for file in files)
