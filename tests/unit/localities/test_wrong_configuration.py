"""Every mistake in a locality's files is reported with its file, line, place, and what to do."""

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.errors import Invalid, Message, NotFound
from service.localities import parse, read_folder, texts_of

DATA = Path(__file__).parents[2] / "data" / "localities"
SAMPLE = DATA / "tinh-mau"
MISTAKES = yaml.safe_load((DATA / "mistakes.yaml").read_text(encoding="utf-8"))
ID = "tinh-mau"


def problems(texts: dict[str, str]) -> dict[str, str]:
    """The reported places with their messages."""
    with pytest.raises(Invalid) as caught:
        parse(ID, texts)
    return {place: str(text) for place, text in caught.value.fields.items()}


def line_of(texts: dict[str, str], file: str, part: str) -> int:
    return texts[file][: texts[file].index(part)].count("\n") + 1


@pytest.fixture
def texts() -> dict[str, str]:
    return texts_of(SAMPLE)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: f"{mistake['path']}={mistake['wrong']}")
def test_a_mistake_is_reported_where_it_stands(texts: dict[str, str], mistake: dict[str, str]) -> None:
    file, path = mistake["file"], mistake["path"]
    assert mistake["right"] in texts[file]
    texts[file] = texts[file].replace(mistake["right"], mistake["wrong"], 1)
    found = problems(texts)
    places = [
        place for place, said in found.items() if place.endswith(f" {path}") and said == mistake["text"]
    ]
    assert places, found
    reported_file, line = places[0].split(" ")[0].split(":")
    assert 1 <= int(line) <= texts[reported_file].count("\n")


def test_the_line_is_the_one_to_correct(texts: dict[str, str]) -> None:
    texts["rounds.yaml"] = texts["rounds.yaml"].replace("yearly: 20/12", "yearly: 31/11")
    line = line_of(texts, "rounds.yaml", "yearly: 31/11")
    assert list(problems(texts)) == [f"rounds.yaml:{line} kinds[0].deadlines[1].yearly"]


def test_all_mistakes_are_reported_at_once(texts: dict[str, str]) -> None:
    texts["rounds.yaml"] = texts["rounds.yaml"].replace("yearly: 20/12", "yearly: 31/11")
    texts["awards.yaml"] = texts["awards.yaml"].replace("sets: 3", "sets: many\n    colour: red")
    texts["people.yaml"] = texts["people.yaml"].replace("role: labour_reviewer", "role: reviewer")
    texts["notes.yaml"] = "a: b"
    del texts["reminders.yaml"]
    assert [place.split(" ")[-1] for place in problems(texts)] == [
        "awards[1].sets",
        "awards[1].colour",
        "notes.yaml:1",
        "people[0].seats[0].role",
        "reminders.yaml:1",
        "kinds[0].deadlines[1].yearly",
    ]


def test_one_mistake_causes_no_other_report(texts: dict[str, str]) -> None:
    texts["organisations.yaml"] = "organisations: [broken"
    found = problems(texts)
    assert list(found) == ["organisations.yaml:1"]
    assert "not readable YAML" in found["organisations.yaml:1"]


def test_a_missing_file_is_named(texts: dict[str, str]) -> None:
    del texts["roles.yaml"]
    assert problems(texts) == {"roles.yaml:1": "The file roles.yaml is missing. Add it."}


@pytest.mark.parametrize("optional", ["calendar.yaml", "duties.yaml", "people.yaml"])
def test_some_files_may_be_left_out(texts: dict[str, str], optional: str) -> None:
    del texts[optional]
    assert parse(ID, texts).id == ID


def test_the_error_counts_the_problems_and_says_that_nothing_was_loaded(texts: dict[str, str]) -> None:
    texts["plan.yaml"] = texts["plan.yaml"].replace("id: tinh-mau", "id: tinh-khac")
    with pytest.raises(Invalid, match=r"tinh-mau has problems: 1\. Nothing was loaded"):
        parse(ID, texts)


def test_a_folder_without_a_plan_is_not_a_locality(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"plan\.yaml is missing"):
        read_folder(tmp_path)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_bytes(b"locality: \xff\xfe")
    with pytest.raises(Invalid) as caught:
        read_folder(tmp_path)
    assert [str(text) for text in caught.value.fields.values()] == [
        "The file is not UTF-8 text of a sensible size. Save it as UTF-8."
    ]


WORDS = st.sampled_from(
    [
        "~",
        "[]",
        "{}",
        "''",
        "0",
        "-1",
        "99999999999999999999",
        "true",
        "key: x",
        "- a",
        "01/12",
        "\u202e",
        "a: {b: c}",
    ]
)


@settings(deadline=None)
@given(st.data())
def test_whatever_is_mangled_is_refused_with_places_or_read(data: st.DataObject) -> None:
    texts = texts_of(SAMPLE)
    for _ in range(data.draw(st.integers(1, 3))):
        file = data.draw(st.sampled_from(sorted(texts)))
        lines = texts[file].splitlines()
        index = data.draw(st.integers(0, len(lines) - 1))
        head, colon, _ = lines[index].partition(": ")
        lines[index] = data.draw(st.sampled_from(["", head + colon + data.draw(WORDS), lines[index][3:]]))
        texts[file] = "\n".join(lines)
    try:
        parse(ID, texts)
        fields: dict[str, Message] = {}
    except Invalid as refused:
        fields = refused.fields
    assert all(re.match(r"\w+\.yaml:\d+", place) and str(text) for place, text in fields.items())
