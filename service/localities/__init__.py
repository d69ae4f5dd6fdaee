"""Configuration of localities: YAML files to a checked `Locality`, and the working calendar of a country."""

from service.localities.calendars import working_calendar
from service.localities.ladders import read_ladder
from service.localities.reading import parse, read_folder, texts_of

__all__ = ["parse", "read_folder", "read_ladder", "texts_of", "working_calendar"]
