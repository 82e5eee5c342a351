"""The form of a login service: how it is reached, and what its claims mean here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import IdentityProvider, Role
from kring.core.names import NameField
from kring.web.asking_again import SECRET_PREFIX

MOST_VALUES = 50
LONGEST_VALUE = 200


class ValuesField(forms.CharField):
    """Texts with commas between them."""

    def clean(self, value: str | None) -> Any:
        found = list(dict.fromkeys(part.strip() for part in super().clean(value).split(",") if part.strip()))
        if len(found) > MOST_VALUES or any(len(each) > LONGEST_VALUE for each in found):
            raise ValidationError(_("At most 50 values of 200 characters."), code="too_many")
        return found

    def prepare_value(self, value: object) -> object:
        return ", ".join(value) if isinstance(value, list) else value


class ServiceForm(forms.Form):
    """The secret is never shown again: left empty, the one there is stays. `key` stands in the redirect address."""

    key = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=32_000)
    name = NameField(
        label=_("Name"), max_length=60, help_text=_("The button says “Log in with …”: the name that people know.")
    )
    issuer = forms.CharField(
        label=_("Issuer"),
        max_length=300,
        widget=forms.URLInput,
        help_text=_(
            "The address of the service, exactly as it writes it. Keycloak: https://…/realms/NAME. Microsoft:"
            " https://login.microsoftonline.com/TENANT/v2.0. Google: https://accounts.google.com."
        ),
    )
    client_id = forms.CharField(label=_("Client ID"), max_length=255, widget=forms.TextInput({"autocomplete": "off"}))
    client_secret = forms.CharField(
        label=_("Client secret"), max_length=500, widget=forms.PasswordInput({"autocomplete": "off"})
    )
    role_claim = forms.CharField(
        label=_("Claim with roles"),
        max_length=100,
        required=False,
        help_text=_(
            "Empty: the service gives no roles. Else the name of the claim in the ID token, such as “groups” or"
            " “realm_access.roles”. Its roles are given and taken back at each login; those given by hand stay."
            " Several values have commas between them."
        ),
    )
    factor_values = ValuesField(
        label=_("Second factor"),
        max_length=3000,
        required=False,
        help_text=_(
            "Values of “amr” or “acr” by which the service says that a second factor was used, such as “mfa”. Then none"
            " is asked for here. Empty: a login there never counts as one."
        ),
    )

    def __init__(
        self, data: Mapping[str, object] | None = None, *, service: IdentityProvider | None = None, key: int = 0
    ) -> None:
        super().__init__(data, initial=_initial(service) if service else {"key": key}, prefix=SECRET_PREFIX)
        if service is not None:
            del self.fields["key"], self.fields["issuer"]
            self.fields["client_secret"].required = False
            self.fields["client_secret"].help_text = _("Empty: the one that is stored stays.")
        for role in Role.Name:
            text = _("Values for the role “%(role)s”") % {"role": role.label}
            self.fields[f"role_{role}"] = ValuesField(label=text, max_length=3000, required=False)
        self.order_fields([*list(self.fields)[: -len(Role.Name) - 1], *_roles_fields(), "factor_values"])

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        if any(given.get(name) for name in _roles_fields()) and not given.get("role_claim"):
            self.add_error("role_claim", _("Without a claim no role can be given."))
        return given

    def given(self) -> dict[str, Any]:
        roles = {name.removeprefix("role_"): self.cleaned_data[name] for name in _roles_fields()}
        rest = {name: value for name, value in self.cleaned_data.items() if name not in _roles_fields()}
        return rest | {"roles": {role: values for role, values in roles.items() if values}}


def _roles_fields() -> list[str]:
    return [f"role_{role}" for role in Role.Name.values]


def _initial(service: IdentityProvider) -> dict[str, object]:
    shown = {name: getattr(service, name) for name in ("name", "client_id", "role_claim", "factor_values")}
    return shown | {f"role_{role}": values for role, values in service.roles.items()}
