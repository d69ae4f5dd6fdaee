"""Days as options of commands."""

from datetime import date
from typing import Any

import click

from service.cli.telling import chosen_language
from service.domain.errors import message
from service.domain.words import read_day
from service.translations import translate


class Day(click.ParamType):
    """A day as 30/11/2026 or 2026-11-30."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return read_day(value)
        except ValueError:
            wrong = message("There is no day {day}: write it as 30/11/2026 or 2026-11-30.", day=value)
            self.fail(translate(wrong, chosen_language()), param, ctx)


DAY = Day()
