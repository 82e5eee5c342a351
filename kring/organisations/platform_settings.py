"""Settings of the platform (T5): those that the code knows, with a type and a default, and those of the operator's own.

An app above declares its own with `settings.add(…)` when it is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal
from kring.core.registry import Registry
from kring.organisations import audit, platform_log
from kring.organisations.models import PlatformSetting

type Value = str | bool | int


class ValueType(Enum):
    """Of a setting: how it is typed, and what `value_of` gives. A `PERCENT` is a text, such as "2.5", and so is a
    `NUMBER`, a whole one; "" where none is set."""

    TEXT = auto()
    EMAIL = auto()
    ADDRESS = auto()
    FLAG = auto()
    CHOICE = auto()
    PERCENT = auto()
    NUMBER = auto()


@dataclass(frozen=True)
class KnownSetting:
    """`choices`: of a CHOICE, as (value, words). A secret is encrypted, never shown, and typed anew to change it."""

    key: str
    group: str | Promise
    label: str | Promise
    description: str | Promise
    type: ValueType = ValueType.TEXT
    default: Value = ""
    choices: tuple[tuple[str, str | Promise], ...] = ()
    is_secret: bool = False


class KeyIsTaken(Refusal):
    code = "key_is_taken"
    message = _("There is already a setting with this key.")


settings = Registry[KnownSetting]("setting of the platform")


def declare(*several: KnownSetting) -> None:
    for each in several:
        settings.add(each.key, each)


MAIN_SITE, OPERATOR = _("Main site"), _("Operator")

declare(
    KnownSetting(
        "organisations_register",
        _("Organisations"),
        _("Who may register an organisation"),
        _("On the main site, after confirming their email address."),
        ValueType.CHOICE,
        "off",
        (
            ("off", _("Nobody: there is no form")),
            ("approval", _("Everybody; you activate each one")),
            ("at_once", _("Everybody; it is active at once")),
        ),
    ),
    KnownSetting(
        "site_example_url",
        MAIN_SITE,
        _("Address of an example"),
        _("“See an example” on the main site leads there: the site of an organisation. Empty: there is no button."),
        ValueType.ADDRESS,
    ),
    KnownSetting(
        "site_coming",
        MAIN_SITE,
        _("What is to come"),
        _("A few words on the main site about what you plan. Empty: it says what there is, and nothing else."),
    ),
    KnownSetting(
        "site_lists_organisations",
        MAIN_SITE,
        _("Organisations are listed"),
        _("The main site names the organisations that are active."),
        ValueType.FLAG,
        True,
    ),
    KnownSetting(
        "operator_name", OPERATOR, _("Name"), _("Who runs this installation: stands at the foot of the main site.")
    ),
    KnownSetting(
        "operator_email",
        OPERATOR,
        _("Email address"),
        _("For questions: stands at the foot of the main site."),
        ValueType.EMAIL,
    ),
    KnownSetting("terms_url", OPERATOR, _("Address of the terms"), _("Of using the platform."), ValueType.ADDRESS),
    KnownSetting("privacy_url", OPERATOR, _("Address of the privacy notice"), _("Of the platform."), ValueType.ADDRESS),
)


def value_of(key: str) -> Value:
    """The value of one known setting: what was set, else the default. One statement. Raises NotRegistered."""
    return values_of(key)[key]


def values_of(*keys: str) -> dict[str, Value]:
    """The same of several. One statement for all."""
    known = [settings[key] for key in keys]
    rows = {row.key: row for row in PlatformSetting.objects.filter(key__in=keys)}
    return {each.key: _value(each, rows.get(each.key)) for each in known}


def _value(known: KnownSetting, row: PlatformSetting | None) -> Value:
    if row is None:
        return known.default
    value: Value = row.secret if row.is_secret else row.value  # type: ignore[assignment]
    is_gone = known.type is ValueType.CHOICE and value not in dict(known.choices)
    return known.default if is_gone else value


@transaction.atomic
def change(key: str, value: Value) -> None:
    """Set a known setting, as the actor of `audit.acting`. Nothing is written where that is its value already."""
    known = settings[key]
    row = PlatformSetting.objects.select_for_update().filter(key=key).first()
    old = _value(known, row)
    if value == old:
        return
    PlatformSetting.objects.update_or_create(key=key, defaults=_stored(value, is_secret=known.is_secret))
    _note("changed", key, known.is_secret, old, value)


@transaction.atomic
def restore(key: str) -> None:
    """Back to the default of a known setting."""
    row = PlatformSetting.objects.select_for_update().filter(key=settings[key].key).first()
    if row is not None:
        row.delete()
        _note("restored", key, row.is_secret, row.value, settings[key].default)


@transaction.atomic
def add(key: str, value: str, description: str, *, is_secret: bool) -> PlatformSetting:
    """One of the operator's own. Raises KeyIsTaken, also for a key that the code knows."""
    if key in settings:
        raise KeyIsTaken
    row, made = PlatformSetting.objects.get_or_create(
        key=key, defaults=_stored(value, is_secret=is_secret) | {"description": description}
    )
    if not made:
        raise KeyIsTaken
    _note("added", key, is_secret, None, value)
    return row


@transaction.atomic
def change_own(row: PlatformSetting, value: str, description: str) -> None:
    """Of a secret, no value means that it stays."""
    row = PlatformSetting.objects.select_for_update().get(pk=row.pk)
    old = row.value
    values = _stored(value, is_secret=row.is_secret)
    if row.is_secret and not value:
        del values["value"], values["secret"]
    PlatformSetting.objects.filter(pk=row.pk).update(description=description, **values)
    _note("changed", row.key, row.is_secret, old, value)


@transaction.atomic
def remove(row: PlatformSetting) -> None:
    row.delete()
    _note("removed", row.key, row.is_secret, row.value, None)


def _stored(value: Value, *, is_secret: bool) -> dict[str, object]:
    who, _name, _ip = audit.who()
    plain, secret = (None, value) if is_secret else (value, None)
    return {"value": plain, "secret": secret, "changed_at": timezone.now(), "changed_by": who}


def _note(verb: str, key: str, is_secret: bool, old: object, new: object) -> None:
    """Without the value of a secret."""
    if is_secret:
        platform_log.note(f"setting.{verb}", label=key)
    else:
        platform_log.note(f"setting.{verb}", label=key, old={"value": old}, new={"value": new})
