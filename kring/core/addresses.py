"""E-mail addresses: one rule for every door (web, API, import, settings, commands, forms' questions).

Before the @ only ASCII: no mail server need take anything else (RFC 6531 is an extension), and letters that look alike
would be other people's addresses. After it a domain in any script, kept as it is sent, IDNA 2008 in small letters
(`xn--mnchen-3ya.example`): the same address is the same text in the database, in exports and at the mail server,
whichever way somebody wrote it.
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
# RFC 5322's dot-atom; as long as its mail server likes.
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_DOMAIN = re.compile(r"localhost|([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.ASCII)


def canonical(address: str) -> str:
    """As it is stored, compared and sent. Raises ValidationError with a sentence for whoever typed it."""
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
    """The same for looking up, and for rows that are older than the rule: what is no address stays what it was."""
    try:
        return canonical(address)
    except ValidationError:
        return address.strip().lower()


def mailbox(address: str) -> str:
    """What is counted as one mailbox: what stands behind a "+" is the same one with most providers. Dots tell people
    apart: but for one provider, `an.na@` is somebody else than `anna@`."""
    local, _at, domain = normalised(address).rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def validate(address: str) -> None:
    canonical(address)


def _in_ascii(domain: str) -> str:
    """UTS 46 first: capitals, letters of full width, other dots. "" for what no domain can be."""
    if domain.isascii() and "xn--" not in domain.lower():
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True, std3_rules=True).decode().lower()
    except UnicodeError:
        return ""


class AddressField(forms.EmailField):
    """What was typed, as it is stored."""

    default_validators = [validate]

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": LONGEST} | options)

    def clean(self, value: Any) -> Any:
        return normalised(super().clean(value))


class EmailField(models.EmailField):
    """A column of addresses: whatever is written to it, or looked for in it, is in the one form first."""

    default_validators = [validate]

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.get_prep_value(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return normalised(value) if isinstance(value, str) and value else value

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{"form_class": AddressField} | options)

    def deconstruct(self) -> Any:
        # The same column: migrations need not know.
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.EmailField", args, options
