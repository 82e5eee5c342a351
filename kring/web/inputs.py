"""Inputs that HTML has and Django's forms have not."""

from __future__ import annotations

from django import forms

NOT_FOR_COLOURS = ("maxlength", "minlength", "required")


class ColourInput(forms.ColorInput):
    """The browser's colour picker. It always has a value, of seven characters: HTML allows neither attribute on it."""

    def use_required_attribute(self, initial: object) -> bool:
        return False

    def build_attrs(
        self, base_attrs: dict[str, object], extra_attrs: dict[str, object] | None = None
    ) -> dict[str, object]:
        attrs = super().build_attrs(base_attrs, extra_attrs)
        return {name: value for name, value in attrs.items() if name not in NOT_FOR_COLOURS}
