"""Reads ladders of reminders from text of their own, in the shape of a locality's reminders.yaml."""

from typing import Any

from marshmallow import ValidationError

from service.domain.errors import Invalid, message
from service.domain.reminders import Ladder
from service.localities.building import ladder
from service.localities.problems import refuse
from service.localities.reading import flat
from service.localities.schemas import RemindersFile
from service.localities.sources import read

FILE = "reminders.yaml"


def read_ladder(text: str) -> Ladder:
    """The one ladder in a text.

    Raises:
        Invalid: with every problem; its fields name line and path. Or it holds none, or several.
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
    found = loaded["ladders"]
    if len(found) != 1:
        raise Invalid(message("Write one ladder into the file: there are {n}.", n=len(found)))
    return ladder(found[0])
