"""Checks what somebody sent against a form."""

from collections.abc import Mapping
from typing import cast

from marshmallow import ValidationError

from service.domain.errors import Invalid, Message, message
from service.domain.words import normalise
from service.forms.definitions import CHOICES, CONTEXT, Field, FieldType, Form, Scalar
from service.forms.schemas import schema_for

_NOT_TICKED = frozenset({"false", "off", "0", "no"})


def check(
    form: Form,
    values: Mapping[str, object],
    context: Mapping[str, object] | None = None,
    *,
    language: str = "vi",
) -> dict[str, Scalar]:
    """Cleans and checks values sent as JSON or as the strings of an HTML form.

    Fields without a value and hidden fields are left out of the answer; dates are ISO text. `context`
    holds the variables that conditions may look at besides the fields (`late`, `has_local` …).

    Raises:
        Invalid: `fields` has one message for each wrong field; it names the field in `language`.
    """
    given = {key: values[key] for key in values if not _is_empty(form.by_key.get(key), values[key])}
    cleaned, wrong = _load(form, given, language)
    known: dict[str, object] = {name: (context or {}).get(name) for name in CONTEXT}
    for key in form.evaluation_order:
        field = form.by_key[key]
        if field.hidden_when is not None and field.hidden_when.holds(known):
            cleaned.pop(key, None)
            wrong.pop(key, None)
        elif key in cleaned:
            known[key] = cleaned[key]
        elif key not in wrong and _is_required(field, known):
            wrong[key] = _missing(field, language)
    if wrong:
        raise Invalid(message("Check the marked fields and send again."), wrong)
    return {field.key: cleaned[field.key] for field in form.fields if field.key in cleaned}


def _load(
    form: Form, given: Mapping[str, object], language: str
) -> tuple[dict[str, Scalar], dict[str, Message]]:
    wrong = {
        key: message('This form has no field "{key}": reload the page and fill it in again.', key=key[:100])
        for key in given
        if key not in form.by_key
    }
    try:
        known = {key: value for key, value in given.items() if key in form.by_key}
        return cast(dict[str, Scalar], schema_for(form, language)().load(known, partial=True)), wrong
    except ValidationError as error:
        # Every message of these schemas is a list of one Message, see service.forms.schemas.
        found = cast(dict[str, list[Message]], error.messages)
        return cast(dict[str, Scalar], error.valid_data), wrong | {
            key: texts[0] for key, texts in found.items()
        }


def _is_empty(field: Field | None, value: object) -> bool:
    if field is None:
        return False
    if value is None or (isinstance(value, str) and not normalise(value)):
        return True
    if field.type is not FieldType.CHECKBOX:
        return False
    return value is False or (isinstance(value, str) and value.strip().lower() in _NOT_TICKED)


def _is_required(field: Field, known: Mapping[str, object]) -> bool:
    if field.required_when is not None and field.required_when.holds(known):
        return True
    return field.required


def _missing(field: Field, language: str) -> Message:
    label = field.label(language)
    if field.type in CHOICES:
        return message('"{label}": choose one of the values shown.', label=label)
    if field.type is FieldType.CHECKBOX:
        return message('"{label}" must be ticked to go on.', label=label)
    if field.type is FieldType.FILES:
        return message('"{label}": attach a file.', label=label)
    return message('"{label}" is required: fill it in.', label=label)
