"""E-mail addresses: one rule for every entry point (web, API, import, settings, commands, questions of forms).

Before the @ only ASCII: mail servers need not accept anything else (RFC 6531 is an extension), and look-alike letters
would be other people's addresses. After it a domain in any script, stored as it is sent: IDNA 2008 in lower case
(`xn--mnchen-3ya.example`). So the same address is the same text in the database, in exports and at the mail server,
however it was typed.
"""

from __future__ import annotations

import re
from typing import Any

import idna
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST = 254
# RFC 5322's dot-atom; the length is for its mail server to judge.
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_DOMAIN = re.compile(r"localhost|([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.ASCII)


def canonical(address: str) -> str:
    """The form in which it is stored, compared and sent. Raises ValidationError with a message for the user."""
    local, at, domain = address.strip().rpartition("@")
    if not at or not local or not domain:
        raise ValidationError(EmailValidator.message, code="invalid")
    if not local.isascii():
        raise ValidationError(
            _("Before the @, use only unaccented letters, digits and characters such as . - _ +."),
            code="local_part",
        )
    found = f"{local.lower()}@{_in_ascii(domain)}"
    local, _at, domain = found.rpartition("@")
    if len(found) > LONGEST or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise ValidationError(EmailValidator.message, code="invalid")
    return found


def normalised(address: str) -> str:
    """The same for lookups, and for rows older than the rule: what is no address is returned unchanged."""
    try:
        return canonical(address)
    except ValidationError:
        return address.strip().lower()


def mailbox(address: str) -> str:
    """The key of one mailbox, for counting: most providers ignore what follows a "+". Dots are kept: with all but one
    provider, `an.na@` and `anna@` are different people."""
    local, _at, domain = normalised(address).rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def validate(address: str) -> None:
    canonical(address)


def _in_ascii(domain: str) -> str:
    """UTS 46 first: capitals, full-width letters, other dots. "" for what cannot be a domain."""
    if domain.isascii() and "xn--" not in domain.lower():
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True, std3_rules=True).decode().lower()
    except UnicodeError:
        return ""


class AddressField(forms.EmailField):
    """The typed text in its stored form."""

    default_validators = [validate]

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": LONGEST} | options)

    def clean(self, value: object) -> Any:
        return normalised(super().clean(value))


class EmailField(models.EmailField):
    """A column of addresses: values written to it or looked up in it are normalised first."""

    default_validators = [validate]

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.get_prep_value(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def get_prep_value(self, value: object) -> Any:
        value = super().get_prep_value(value)
        return normalised(value) if isinstance(value, str) and value else value

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{"form_class": AddressField} | options)

    def deconstruct(self) -> Any:
        # The same column: it makes no difference to migrations.
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.EmailField", args, options
