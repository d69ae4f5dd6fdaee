"""Undoing the steps of a history: what a dossier was before them, and what differs since."""

from hypothesis import given
from hypothesis import strategies as st

from service.domain.differences import (
    Difference,
    File,
    Told,
    compare_answers,
    compare_files,
    compare_nominations,
    files_before,
    nominations_before,
    nominations_told,
    untold,
)


def said(name: str, achievement: str = "Thoát nghèo.", detail: str = "") -> dict[str, str]:
    return {
        "nominee": name, "kind": "household", "detail": detail, "award": "giay_khen",
        "achievement": achievement,
    }  # fmt: skip


class Dossier:
    """Nominations under random changes, each told as the service tells it."""

    def __init__(self, *, with_ids: bool) -> None:
        self.now: dict[int, dict[str, str]] = {}
        self.told: list[Told] = []
        self.with_ids = with_ids
        self.last = 0

    def change(self, kind: int, pick: int, text: str) -> None:
        keys = sorted(self.now)
        key = keys[pick % len(keys)] if keys else 0
        if kind == 0 or not keys:
            self.last += 1
            self.now[self.last] = said(text)
            self.tell("nomination_added", self.last, self.now[self.last])
        elif kind == 1:
            self.tell("nomination_removed", key, self.now.pop(key))
        elif kind == 2:
            before, self.now[key] = self.now[key], said(text, achievement=text)
            params = {"before": before, "after": self.now[key]}
            self.told.append(Told("nomination_changed", params | ({"id": key} if self.with_ids else {})))
        else:
            added = []
            for name in (text, text + "x"):
                self.last += 1
                self.now[self.last] = said(name)
                added.append(said(name) | ({"id": self.last} if self.with_ids else {}))
            self.told.append(Told("nominations_imported", {"file": "a.xlsx", "added": added}))

    def tell(self, kind: str, key: int, words: dict[str, str]) -> None:
        self.told.append(Told(kind, words | ({"id": key} if self.with_ids else {})))


moves = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9), st.sampled_from("abc")), max_size=14)


@given(first=moves, then=moves, with_ids=st.booleans())
def test_undoing_the_steps_since_a_moment_gives_what_there_was_then(
    first: list[tuple[int, int, str]], then: list[tuple[int, int, str]], *, with_ids: bool
) -> None:
    dossier = Dossier(with_ids=with_ids)
    for move in first:
        dossier.change(*move)
    before, told = dict(dossier.now), len(dossier.told)
    for move in then:
        dossier.change(*move)
    found = nominations_before(dossier.now, dossier.told[told:])
    if with_ids:
        assert found == before
    words = sorted(tuple(one.items()) for one in before.values())
    assert sorted(tuple(one.items()) for one in found.values()) == words
    assert nominations_before(dossier.now, dossier.told) == {}
    assert untold(dossier.now.values(), nominations_told(dossier.told)) == ([], [])


def test_nominations_are_told_field_by_field_and_somebody_added_anew_is_the_same() -> None:
    before = {1: said("Hộ ông A"), 2: said("Hộ bà B"), 3: said("Hộ ông C"), 4: said("Hộ ông D")}
    now = {1: said("Hộ ông A"), 2: said("Hộ bà B", "Giúp ba hộ.", "Thôn 1"), 7: said("hộ ông C", "Khác."),
           8: said("Hộ ông E")}  # fmt: skip
    found = {change.nominee: change for change in compare_nominations(before, now)}
    assert {name: change.kind for name, change in found.items()} == {
        "Hộ bà B": Difference.CHANGED, "hộ ông C": Difference.CHANGED,
        "Hộ ông E": Difference.ADDED, "Hộ ông D": Difference.REMOVED,
    }  # fmt: skip
    assert [(one.field, one.before, one.after) for one in found["Hộ bà B"].fields] == [
        ("detail", "", "Thôn 1"),
        ("achievement", "Thoát nghèo.", "Giúp ba hộ."),
    ]
    assert compare_nominations(now, now) == []


def test_what_an_older_service_did_not_tell_does_not_differ() -> None:
    older = {name: text for name, text in said("Hộ ông A").items() if name != "detail"}
    told = [Told("nomination_changed", {"before": older, "after": older | {"achievement": "Mới."}})]
    now = {5: said("Hộ ông A", "Mới.", "Thôn 2")}
    (change,) = compare_nominations(nominations_before(now, told), now)
    assert [one.field for one in change.fields] == ["achievement"]


def test_files_are_told_with_the_version_that_was_there() -> None:
    known = {
        1: File(1, "a.pdf", "s1"), 2: File(2, "b.pdf", "s2"), 3: File(3, "a2.pdf", "s3", 1),
        4: File(4, "a3.pdf", "s4", 3), 5: File(5, "c.pdf", "s5"),
    }  # fmt: skip
    told = [
        Told("attachment_replaced", {"id": 3, "file": "a2.pdf", "sha256": "s3"}),
        Told("attachment_removed", {"file": "b.pdf", "sha256": "s2"}),
        Told("attachment_replaced", {"id": 4, "file": "a3.pdf", "sha256": "s4"}),
        Told("attachment_added", {"file": "c.pdf", "sha256": "s5"}),
    ]
    before = files_before({4, 5}, known, told)
    assert before == {1, 2}
    assert [(one.kind, one.before_id, one.after_id) for one in compare_files(before, {4, 5}, known)] == [
        (Difference.REPLACED, 1, 4),
        (Difference.ADDED, None, 5),
        (Difference.REMOVED, 2, None),
    ]


def test_answers_differ_by_their_text() -> None:
    found = compare_answers({"number": "15/TTr", "sets": 2}, {"number": "16/TTr", "sets": "2", "note": "x"})
    assert [(one.field, one.before, one.after) for one in found] == [
        ("number", "15/TTr", "16/TTr"),
        ("note", "", "x"),
    ]
