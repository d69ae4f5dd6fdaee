"""What is different about a dossier since an earlier moment, told from the steps of its history.

The steps since then are undone one by one on what the dossier holds now: what comes out is what it held
then. Steps of older versions of the service name no ids; rows that say the same are as good as each other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from service.domain.words import search_key

Said = Mapping[str, str]
"""A nomination or a file as the history tells it: the words of each of its fields."""

NOMINATION_FIELDS = ("nominee", "kind", "detail", "award", "achievement")
"""What can differ about a nomination, in the order in which it is read."""


class Difference(StrEnum):
    """What has happened to a part of a dossier."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after; empty when it had no value."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class NominationChange:
    """A nomination that came, went or says something else."""

    kind: Difference
    nominee: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that came, went or was replaced by a newer version: the ids of the rows on both sides."""

    kind: Difference
    before_id: int | None
    after_id: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """A step of the history, as far as it says what changed."""

    kind: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class File:
    """A file that a dossier has or had."""

    id: int
    name: str
    sha256: str
    replaces_id: int | None = None


def nominations_before(now: Mapping[int, Said], since: Sequence[Told]) -> dict[int, Said]:
    """What the nominations were before some steps; those that are gone have negative keys.

    Args:
        now: what they say now, by id.
        since: the steps since then, oldest first.
    """
    found: dict[int, Said] = dict(now)
    for step in reversed(since):
        params = step.params
        match step.kind:
            case "nomination_added":
                _take_out(found, params)
            case "nominations_imported":
                for one in reversed(cast("list[Said]", params.get("added", []))):
                    _take_out(found, one)
            case "nomination_removed":
                found[_free_key(found, params)] = _plain(params)
            case "nomination_changed":
                after: Said = params["after"]
                key = _find(found, {**after, "id": params.get("id")})
                if key is not None:
                    found[key] = {**found[key], **_plain(params["before"])}
            case _:
                pass
    return found


def nominations_told(steps: Iterable[Told]) -> list[Said]:
    """What the nominations are by the history alone, from its first step on."""
    found: dict[int, Said] = {}
    for step in steps:
        params = step.params
        if step.kind == "nomination_added":
            found[_new_key(found, params)] = _plain(params)
        elif step.kind == "nominations_imported":
            for one in cast("list[Said]", params.get("added", [])):
                found[_new_key(found, one)] = _plain(one)
        elif step.kind == "nomination_removed":
            _take_out(found, params)
        elif step.kind == "nomination_changed":
            key = _find(found, {**params["before"], "id": params.get("id")})
            if key is not None:
                found[key] = {**found[key], **_plain(params["after"])}
    return list(found.values())


def untold(now: Iterable[Said], told: Iterable[Said]) -> tuple[list[Said], list[Said]]:
    """The nominations of which no step tells, and those that steps tell of and that are not there.

    What an older step did not tell may be anything.
    """
    left = list(told)
    strange: list[Said] = []
    for said in now:
        match = next((one for one in left if all(said.get(name) == text for name, text in one.items())), None)
        if match is None:
            strange.append(said)
        else:
            left.remove(match)
    return strange, left


def compare_nominations(before: Mapping[int, Said], now: Mapping[int, Said]) -> list[NominationChange]:
    """What differs, in the order of what is there now; what is gone comes last.

    Somebody taken out and added anew is the same nominee: only what they say may differ.
    """
    gone = {key: before[key] for key in before if key not in now}
    changes: list[NominationChange] = []
    for key, said in now.items():
        earlier = before.get(key)
        if earlier is None:
            again = next((one for one in gone if _same_nominee(gone[one], said)), None)
            earlier = gone.pop(again) if again is not None else None
        if earlier is None:
            changes.append(NominationChange(Difference.ADDED, said["nominee"], _fields({}, said)))
        elif fields := _fields(earlier, said):
            changes.append(NominationChange(Difference.CHANGED, said["nominee"], fields))
    changes += [
        NominationChange(Difference.REMOVED, said["nominee"], _fields(said, {})) for said in gone.values()
    ]
    return changes


def files_before(present: Iterable[int], known: Mapping[int, File], since: Sequence[Told]) -> set[int]:
    """The ids of the files that a dossier had before some steps.

    Args:
        present: the ids of those it has now.
        known: all that it ever had, by id.
        since: the steps since then, oldest first.
    """
    found = set(present)
    for step in reversed(since):
        if step.kind == "attachment_added":
            found.discard(_file(known, found, step.params) or 0)
        elif step.kind == "attachment_removed":
            gone = _file(known, known.keys() - found, step.params)
            found |= {gone} if gone is not None else set()
        elif step.kind == "attachment_replaced":
            newer = _file(known, found, step.params)
            if newer is not None:
                found.remove(newer)
                found.add(known[newer].replaces_id or newer)
    return found


def compare_files(before: set[int], now: set[int], known: Mapping[int, File]) -> list[FileChange]:
    """What differs: new files, newer versions, and files that are gone."""
    changes: list[FileChange] = []
    left = before - now
    for key in sorted(now - before):
        older = next((one for one in _versions_behind(known, key) if one in left), None)
        left.discard(older or 0)
        kind = Difference.REPLACED if older is not None else Difference.ADDED
        changes.append(FileChange(kind, older, key))
    return changes + [FileChange(Difference.REMOVED, key, None) for key in sorted(left)]


def compare_answers(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldChange]:
    """The fields of a form whose answers differ, in the order of the newer form."""
    return [
        FieldChange(key, _text(before.get(key)), _text(after.get(key)))
        for key in dict.fromkeys([*after, *before])
        if _text(before.get(key)) != _text(after.get(key))
    ]


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _plain(said: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(said[name]) for name in NOMINATION_FIELDS if name in said}


def _find(found: Mapping[int, Said], said: Mapping[str, Any]) -> int | None:
    """The nomination that a step tells of: by its id, else the newest that says the same."""
    key = said.get("id")
    if key in found:
        return cast(int, key)
    wanted = _plain(said)
    for one in sorted(found, reverse=True):
        if all(found[one].get(name) == text for name, text in wanted.items()):
            return one
    return None


def _take_out(found: dict[int, Said], said: Mapping[str, Any]) -> None:
    key = _find(found, said)
    if key is not None:
        del found[key]


def _free_key(found: Mapping[int, Said], said: Mapping[str, Any]) -> int:
    key = said.get("id")
    return key if isinstance(key, int) and key not in found else min(0, *found, 0) - 1


def _new_key(found: Mapping[int, Said], said: Mapping[str, Any]) -> int:
    key = said.get("id")
    return key if isinstance(key, int) else max(0, *found, 0) + 1_000_000_000


def _same_nominee(one: Said, other: Said) -> bool:
    return search_key(one.get("nominee")) == search_key(other.get("nominee"))


def _fields(before: Said, after: Said) -> tuple[FieldChange, ...]:
    """The fields that differ. What an older step did not tell cannot differ."""
    both = bool(before) and bool(after)
    return tuple(
        FieldChange(name, before.get(name, ""), after.get(name, ""))
        for name in NOMINATION_FIELDS
        if before.get(name, "") != after.get(name, "") and not (both and name not in before)
    )


def _file(known: Mapping[int, File], among: Iterable[int], said: Mapping[str, Any]) -> int | None:
    told, content = said.get("id"), (said.get("file"), said.get("sha256"))
    for key in sorted(among, reverse=True):
        file = known.get(key)
        if file is not None and told in {None, key} and (file.name, file.sha256) == content:
            return key
    return None


def _versions_behind(known: Mapping[int, File], key: int) -> Iterable[int]:
    older = known[key].replaces_id if key in known else None
    while older is not None:
        yield older
        older = known[older].replaces_id if older in known else None
