"""Choices that depend on the dossier, filled into a form: the fields that name them in `valuesKey`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from service.forms.definitions import Field, Form, Option

RETURN = "return_previous"
"""The outcome that needs a step to return to: without any it is not offered."""

Offers = Mapping[str, Sequence[Option]]


def offer(form: Form, offers: Offers) -> Form:
    """The form with the choices of one dossier; a field without any choice is left out."""
    fields = tuple(_offered(field, form, offers) for field in form.fields if not _is_empty(field, offers))
    keys = {field.key for field in fields}
    order = tuple(key for key in form.evaluation_order if key in keys)
    return replace(form, fields=fields, evaluation_order=order)


def offer_schema(form: Form, schema: Mapping[str, Any], offers: Offers) -> dict[str, Any]:
    """The document of a form with the same choices, for whoever draws it."""
    shown = offer(form, offers).by_key
    components: list[dict[str, Any]] = []
    for component in schema["components"]:
        field = form.by_key.get(component.get("key", ""))
        if field is None:
            components.append(component)
        elif field.key in shown:
            components.append(_drawn(component, field, shown[field.key]))
    return {**schema, "components": components}


def _offered(field: Field, form: Form, offers: Offers) -> Field:
    if field.options_from is not None:
        return replace(field, options=tuple(offers.get(field.options_from, ())))
    if field.key == "outcome" and any(_is_empty(other, offers) for other in form.fields):
        return replace(field, options=tuple(one for one in field.options if one.value != RETURN))
    return field


def _is_empty(field: Field, offers: Offers) -> bool:
    return field.options_from is not None and not offers.get(field.options_from)


def _drawn(component: Mapping[str, Any], field: Field, shown: Field) -> dict[str, Any]:
    if shown.options == field.options:
        return dict(component)
    words = {
        name: text
        for name, text in component.get("properties", {}).items()
        if not name.startswith("option_en.")
    }
    words |= {f"option_en.{option.value}": option.wording.en for option in shown.options if option.wording.en}
    drawn = {name: value for name, value in component.items() if name != "valuesKey"}
    values = [{"label": option.wording.vi, "value": option.value} for option in shown.options]
    return {**drawn, "values": values, "properties": words}
