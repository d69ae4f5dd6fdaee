"""Reads the files of a locality; either the whole is right, or every problem is reported."""

from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any

from marshmallow import ValidationError

from service.domain.errors import Message, NotFound, message
from service.domain.localities import Locality
from service.localities.building import build
from service.localities.checks import check
from service.localities.fields import Names, naming
from service.localities.problems import Path, Problem, refuse
from service.localities.schemas import DEFINITIONS, FILES, OPTIONAL_FILES
from service.localities.sources import Source, read

MOST_BYTES = 4_000_000


def read_folder(folder: FilePath) -> Locality:
    """The locality configured in a folder that bears its id.

    Raises:
        NotFound: the folder does not exist or holds no plan.
        Invalid: with every problem; its fields name file, line and path.
    """
    folder = folder.resolve()
    return parse(folder.name, texts_of(folder))


def texts_of(folder: FilePath) -> dict[str, str]:
    """The text of every YAML file in a locality's folder, by file name: what `parse` reads.

    Raises:
        NotFound: the folder does not exist or holds no plan.
        Invalid: a file is not UTF-8 text or is far too large.
    """
    if not (folder / "plan.yaml").is_file():
        raise NotFound(
            message("There is no locality in {folder}: plan.yaml is missing. Name its folder.", folder=folder)
        )
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.y*ml")):
        try:
            if path.stat().st_size > MOST_BYTES:
                raise ValueError
            texts[path.name] = path.read_text(encoding="utf-8-sig")
        except ValueError:
            text = message("The file is not UTF-8 text of a sensible size. Save it as UTF-8.")
            problems.append(Problem(path.name, 1, (), text))
    if problems:
        raise refuse(folder.name, problems)
    return texts


def parse(locality_id: str, texts: Mapping[str, str]) -> Locality:
    """The locality in these texts, by file name. The same texts always give the same content hash.

    Raises:
        Invalid: with every problem; its fields name file, line and path.
    """
    sources = {file: read(file, text) for file, text in texts.items() if file in FILES}
    problems = [*_unexpected(texts), *_missing(texts)]
    files = _load(sources)
    check(locality_id, files, lambda file, path, text: sources[file].report(path, text))
    problems += [problem for source in sources.values() for problem in source.problems]
    if problems:
        raise refuse(locality_id, problems)
    return build(files)


def _unexpected(texts: Mapping[str, str]) -> Iterator[Problem]:
    known = ", ".join(FILES)
    for file in texts.keys() - FILES.keys():
        text = message("This file is unknown. Rename it to one of {known}, or move it away.", known=known)
        yield Problem(file, 1, (), text)


def _missing(texts: Mapping[str, str]) -> Iterator[Problem]:
    for file in FILES.keys() - OPTIONAL_FILES - texts.keys():
        yield Problem(file, 1, (), message("The file {file} is missing. Add it.", file=file))


def _load(sources: Mapping[str, Source]) -> dict[str, Any]:
    """The shapes of the files that are right in themselves; the others get their problems noted."""
    files: dict[str, Any] = {}
    with naming(_names(sources)):
        for file, source in sources.items():
            if source.data is None:
                continue
            before = len(source.problems)
            try:
                loaded = FILES[file]().load(source.data)
            except ValidationError as error:
                for path, text in flat(error.messages):
                    source.report(path, text)
            else:
                if before == 0:
                    files[file] = loaded
    return files


def _names(sources: Mapping[str, Source]) -> Names:
    """The keys that the files define, read leniently so that one mistake does not cause others."""
    return {
        kind: _keys_in(sources[file].data, group, key) if file in sources else None
        for kind, (file, group, key) in DEFINITIONS.items()
    }


def _keys_in(data: Any, group: str, key: str) -> frozenset[str] | None:
    items = data.get(group) if isinstance(data, dict) else None
    if items is None and isinstance(data, dict):
        return frozenset()
    if not isinstance(items, list):
        return None
    return frozenset(str(item[key]) for item in items if isinstance(item, dict) and key in item)


def flat(errors: Any, path: Path = ()) -> Iterator[tuple[Path, Message]]:
    """Every message in marshmallow's nested answer, with its path."""
    if isinstance(errors, dict):
        for part, inner in errors.items():
            yield from flat(inner, path if part == "_schema" else (*path, part))
        return
    for error in errors:
        yield path, error if isinstance(error, Message) else Message(str(error))
