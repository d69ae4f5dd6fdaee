"""The demo's clock: an administrator moves it forward and sees what falls due on the way."""

from datetime import datetime, time

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from service.domain.errors import Invalid, Message, message
from service.domain.zones import VIETNAM
from service.operations.demo import jumps
from service.operations.demo.jumps import Jumped, Preset
from service.store import mails
from service.web.access import administrators, demo_only
from service.web.complaints import Complaint
from service.web.pages import actor, reading, services, show
from service.web.parts import amendment_forms, calendar_forms

screen = Blueprint("demo_clock", __name__, url_prefix="/demo/clock")

_PRESETS = {
    "next_reminder": message("Next reminder"),
    "next_escalation": message("Next escalation"),
    "next_report": message("Next reports open"),
    "next_deadline": message("Next deadline passes"),
    "morning": message("In the morning"),
}
_SHOWN_MAILS = 50


@screen.get("")
@administrators
@demo_only
def panel() -> Response:
    """The simulated time, and where to jump from here."""
    return _panel()


@screen.post("/jump")
@administrators
@demo_only
def jump() -> AnyResponse:
    """Moves the clock and tells what happened on the way."""
    try:
        to = _asked()
        jumped = jumps.jump(services(), actor(), to)
    except Invalid as error:
        return _panel(complaint=Complaint(error.message, error.fields))
    return _panel(jumped)


def preset_words(preset: Preset) -> Message:
    """What a proposed jump is called."""
    return _PRESETS[preset.key]


def _panel(jumped: Jumped | None = None, complaint: Complaint | None = None) -> Response:
    with reading() as work:
        written = mails.newest(work, limit=_SHOWN_MAILS) if jumped else []
        return show(
            "demo_clock/panel.html",
            422 if complaint else 200,
            presets=[(preset, preset_words(preset)) for preset in jumps.presets(work)],
            jumped=jumped,
            complaint=complaint,
            written=[mail for mail in written if jumped and mail.created_at >= jumped.before],
            typed_day=request.form.get("day", ""),
            typed_time=request.form.get("time", "08:00"),
        )


def _asked() -> datetime:
    """The instant of a preset, or the local day and time typed.

    Raises:
        Invalid: a day or time that does not exist.
        BadRequest: a preset that no page of ours sends.
    """
    if at := request.form.get("at"):
        try:
            instant = datetime.fromisoformat(at)
        except ValueError:
            raise BadRequest from None
        if instant.tzinfo is None:
            raise BadRequest
        return instant
    wrong: dict[str, Message] = {}
    day = amendment_forms.attempt(lambda: calendar_forms.day(request.form, "day"), wrong)
    hour = _read_time(request.form.get("time", ""))
    if hour is None:
        wrong["time"] = message("Write the time as hours and minutes, for example 08:00.")
    if day is None or hour is None:
        raise Invalid(message("Check the marked fields and send again."), wrong)
    return datetime.combine(day, hour, tzinfo=VIETNAM)


def _read_time(text: str) -> time | None:
    parts = text.strip().split(":")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) <= 2 for part in parts):
        return None
    try:
        return time(int(parts[0]), int(parts[1]))
    except ValueError:
        return None
