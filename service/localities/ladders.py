"""Reads ladders of reminders from text of their own, in the shape of a locality's reminders.yaml."""

from typing import Any

from marshmallow import ValidationError

from service.domain.reminders import Ladder
from service.localities.building import ladder
from service.localities.problems import refuse
from service.localities.reading import flat
from service.localities.schemas import RemindersFile
from service.localities.sources import read

FILE = "reminders.yaml"


def read_ladders(text: str) -> tuple[Ladder, ...]:
    """The ladders in a text.

    Raises:
        Invalid: with every problem; its fields name line and path.
    """
    source = read(FILE, text)
    if source.problems:
        raise refuse(FILE, source.problems)
    try:
        loaded: Any = RemindersFile().load(source.data)
    except ValidationError as error:
        for path, problem in flat(error.messages):
            source.report(path, problem)
        raise refuse(FILE, source.problems) from None
    return tuple(ladder(item) for item in loaded["ladders"])
