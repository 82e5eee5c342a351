"""One form for each setting of the platform, by its type."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kring.core.addresses import AddressField
from kring.organisations.models import PlatformSetting
from kring.organisations.models.platform import key_validator
from kring.organisations.platform_settings import KnownSetting, Value, ValueType
from kring.web.asking_again import SECRET_PREFIX

LONGEST = 1000
MOST = 100_000


class PercentField(forms.DecimalField):
    """A text, as JSON keeps it without loss."""

    def clean(self, value: object) -> str:
        number = super().clean(value)
        return "" if number is None else str(number)


class NumberField(forms.IntegerField):
    """A text, so that none is told apart from 0."""

    def clean(self, value: object) -> str:
        number = super().clean(value)
        return "" if number is None else str(number)


FIELDS: dict[ValueType, Callable[..., forms.Field]] = {
    ValueType.TEXT: lambda: forms.CharField(max_length=LONGEST),
    ValueType.EMAIL: AddressField,
    ValueType.ADDRESS: lambda: forms.URLField(assume_scheme="https", max_length=LONGEST),
    ValueType.FLAG: forms.BooleanField,
    ValueType.NUMBER: lambda: forms.IntegerField(min_value=0, max_value=MOST),
    ValueType.PERCENT: lambda: PercentField(min_value=0, max_value=100, max_digits=5, decimal_places=2),
    ValueType.NUMBER: lambda: NumberField(min_value=0, max_value=10**9),
}


class KnownForm(forms.Form):
    """Of a secret it shows nothing, and asks for it anew."""

    def __init__(self, data: QueryDict | None = None, *, known: KnownSetting, value: Value) -> None:
        prefix = SECRET_PREFIX if known.is_secret else None
        super().__init__(data, initial={} if known.is_secret else {"value": value}, prefix=prefix)
        self.fields["value"] = field = _field(known)
        field.label, field.help_text = str(known.label), str(known.description)
        field.required = known.is_secret or known.type in (ValueType.CHOICE, ValueType.NUMBER)


def _field(known: KnownSetting) -> forms.Field:
    if known.type is ValueType.CHOICE:
        return forms.ChoiceField(choices=known.choices, widget=forms.RadioSelect)
    return FIELDS[known.type]()


class OwnForm(forms.Form):
    """One of the operator's own: free text. Its key, and whether it is secret, are chosen once."""

    key = forms.CharField(
        label=_("Key"),
        max_length=60,
        validators=[key_validator],
        help_text=_("Lower-case letters, digits and underscores. It cannot be changed later."),
    )
    value = forms.CharField(label=_("Value"), max_length=LONGEST, required=False, widget=forms.Textarea({"rows": 3}))
    description = forms.CharField(label=_("Description"), max_length=300, required=False)
    is_secret = forms.BooleanField(
        label=_("Secret"), required=False, help_text=_("It is encrypted, and never shown again.")
    )

    def __init__(self, data: QueryDict | None = None, *, row: PlatformSetting | None = None) -> None:
        initial = {"value": row.value, "description": row.description} if row else {}
        super().__init__(data, initial=initial, prefix=SECRET_PREFIX)
        if row:
            del self.fields["key"], self.fields["is_secret"]
            if row.is_secret:
                self.fields["value"].help_text = _("Empty: it stays as it is.")
