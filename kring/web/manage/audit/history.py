"""The log in words (L1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DecimalField, Field, Model, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kring.accounts import scopes
from kring.accounts.models import Role, User
from kring.billing.models import Order
from kring.checkin.models import Location
from kring.core import dates, money, numbers
from kring.direct_debit.models import Mandate
from kring.dues.models import Contribution
from kring.events.models import Attraction, EligibilityRule, Event, TicketType, WaitingList
from kring.forms import countries
from kring.members.models import Application, GroupPlace, Guardianship, Member
from kring.organisations import audit
from kring.organisations.current import current_organisation
from kring.organisations.models import AuditEntry, Organisation
from kring.payments import reasons
from kring.payments.models import ProviderAccount
from kring.plans.billing_status import BillingStatus
from kring.registrations.models import Bulk, Registration
from kring.waiting.models import WaitingEntry
from kring.web.manage.nouns import AUDIT_LABELS
from kring.web.manage.payments.method_labels import label_of

# Labels of values that are no field of their model.
NAMES = {
    "accepts": gettext_lazy("files"),
    "account": gettext_lazy("account"),
    "act": gettext_lazy("action"),
    "action": gettext_lazy("what follows"),
    "added": gettext_lazy("places added"),
    "address": gettext_lazy("address"),
    "amount": gettext_lazy("amount"),
    "as": pgettext_lazy("booked", "as"),
    "at": gettext_lazy("time"),
    "attraction": gettext_lazy("attraction"),
    "audience": gettext_lazy("recipients"),
    "because": gettext_lazy("reason"),
    "billing_status": gettext_lazy("access"),
    "bills": gettext_lazy("bills"),
    "buyer_email": gettext_lazy("email"),
    "by_bank_file": gettext_lazy("by bank file"),
    "by_payer": gettext_lazy("by the payer"),
    "campaign": gettext_lazy("discount campaign"),
    "cancels": gettext_lazy("registrations are cancelled"),
    "changed": pgettext_lazy("number", "changed"),
    "checked": gettext_lazy("checked"),
    "choices": gettext_lazy("choices"),
    "code": gettext_lazy("code"),
    "columns": gettext_lazy("columns"),
    "counted": gettext_lazy("counted"),
    "covers_all": gettext_lazy("all attractions"),
    "currency": gettext_lazy("currency"),
    "day": gettext_lazy("day"),
    "difference": gettext_lazy("difference"),
    "due_on": gettext_lazy("due on"),
    "email": gettext_lazy("email"),
    "entries": gettext_lazy("entries"),
    "event": gettext_lazy("event"),
    "expected": gettext_lazy("expected"),
    "file": gettext_lazy("file"),
    "final": gettext_lazy("last collection"),
    "form": gettext_lazy("form"),
    "format": gettext_lazy("format"),
    "found": pgettext_lazy("number", "found"),
    "from": pgettext_lazy("from whom", "from"),
    "gift": gettext_lazy("gift"),
    "group": gettext_lazy("group"),
    "groups": gettext_lazy("groups"),
    "guardian": gettext_lazy("guardian"),
    "guest": gettext_lazy("guest"),
    "household": gettext_lazy("household"),
    "how": gettext_lazy("way"),
    "is_of_household": gettext_lazy("lives in the household"),
    "is_on": gettext_lazy("switched on"),
    "kept": pgettext_lazy("number", "kept"),
    "kind": gettext_lazy("kind"),
    "label": gettext_lazy("choice"),
    "languages": gettext_lazy("Languages"),
    "left_out": pgettext_lazy("number", "left out"),
    "line": gettext_lazy("line of the order"),
    "lines": gettext_lazy("lines"),
    "login_service": gettext_lazy("login service"),
    "made": pgettext_lazy("number", "made"),
    "may_decide": gettext_lazy("may decide"),
    "may_pay": gettext_lazy("may pay"),
    "may_register": gettext_lazy("may register"),
    "meaning": gettext_lazy("meaning"),
    "member": gettext_lazy("member"),
    "members": gettext_lazy("members"),
    "method": gettext_lazy("payment method"),
    "mode": pgettext_lazy("provider", "mode"),
    "money": gettext_lazy("money"),
    "name": gettext_lazy("name"),
    "note": gettext_lazy("note"),
    "noted": pgettext_lazy("number", "noted"),
    "number": gettext_lazy("number"),
    "order": gettext_lazy("order"),
    "orders": gettext_lazy("orders"),
    "outcome": gettext_lazy("outcome"),
    "part": gettext_lazy("as"),
    "parts": gettext_lazy("instalments"),
    "people": gettext_lazy("people"),
    "places": gettext_lazy("places"),
    "plan": gettext_lazy("instalments"),
    "position": pgettext_lazy("sequence", "order"),
    "price": gettext_lazy("price"),
    "provider": gettext_lazy("provider"),
    "questions": gettext_lazy("questions"),
    "reason": gettext_lazy("reason"),
    "received": pgettext_lazy("amount", "received"),
    "refunds": gettext_lazy("payments are refunded"),
    "removed": pgettext_lazy("number", "removed"),
    "roles": gettext_lazy("roles"),
    "roles_taken": gettext_lazy("roles taken back"),
    "rows": gettext_lazy("rows"),
    "rule": gettext_lazy("rule"),
    "rules": gettext_lazy("price rules"),
    "scopes": gettext_lazy("rights"),
    "sessions": gettext_lazy("devices"),
    "shared": pgettext_lazy("amount", "shared"),
    "shift": gettext_lazy("shift"),
    "shown_if": gettext_lazy("only asked if"),
    "shown_if_values": gettext_lazy("and the answer is"),
    "state": gettext_lazy("state"),
    "status": gettext_lazy("status"),
    "step": pgettext_lazy("reminder", "step"),
    "subject": gettext_lazy("subject"),
    "surcharges": gettext_lazy("surcharges"),
    "surplus": gettext_lazy("too much"),
    "team": gettext_lazy("team"),
    "terms": gettext_lazy("terms of refunds"),
    "ticket": gettext_lazy("ticket"),
    "tickets": gettext_lazy("tickets"),
    "to": pgettext_lazy("to whom", "to"),
    "told": gettext_lazy("reported by the provider"),
    "total": gettext_lazy("total"),
    "until": gettext_lazy("until"),
    "upload": gettext_lazy("file"),
    "version": gettext_lazy("version"),
    "where": gettext_lazy("where"),
}


# Values that are codes, with their words.
if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CODES: Mapping[str, Iterable[tuple[str, StrOrPromise]]] = {
    "act": Bulk.Act.choices,
    "billing_status": BillingStatus.choices,
    "because": Guardianship.EndReason.choices,
    "checked": EligibilityRule.Stage.choices,
    "languages": settings.LANGUAGES,
    "mode": ProviderAccount.Mode.choices,
    "part": GroupPlace.Part.choices,
    "roles": Role.Name.choices,
    "scopes": scopes.choices(),
    "status": Organisation.Status.choices,
}
# Names of values that are money.
AMOUNTS = {"amount", "counted", "difference", "expected", "price", "received", "refunded", "surplus", "total"}
NUMBER, DAY = re.compile(r"-?\d+(\.\d+)?"), re.compile(r"\d{4}-\d\d-\d\d")

NOBODIES = {
    "visitor": gettext_lazy("a visitor"),
    "worker": gettext_lazy("automatically"),
    "demo": gettext_lazy("the demo"),
}


@dataclass(frozen=True)
class Difference:
    """One changed value of an entry; `old` or `new` is "" where there is none."""

    name: str
    old: str
    new: str


def act_of(entry: AuditEntry) -> str:
    """What was done: "event changed"."""
    return str(AUDIT_LABELS.get(entry.action, entry.action.replace(".", " ").replace("_", " ")))


def who(entry: AuditEntry) -> str:
    """The name of the actor; the address where there is no name or no account any more; a label for what is no person;
    and whether it was by support access.

    Needs `newest_first`, else it costs a statement each.
    """
    name = entry.actor.name if entry.actor_id and entry.actor else ""
    name = name or str(NOBODIES.get(entry.actor_label, entry.actor_label))
    return _("%(name)s (support)") % {"name": name} if entry.is_support else name


def differences(entry: AuditEntry) -> list[Difference]:
    old, new = _facts(entry.old), _facts(entry.new)
    names = list(dict.fromkeys([*old, *new]))
    found = [
        Difference(name_of(entry, name), value_of(entry, name, old.get(name)), value_of(entry, name, new.get(name)))
        for name in names
    ]
    return [each for each in found if each.old or each.new]


def name_of(entry: AuditEntry, name: str) -> str:
    field = _field(entry, name)
    # A field without a verbose name in the code has one in English.
    if field is not None and isinstance(field.verbose_name, Promise):
        return capfirst(str(field.verbose_name))
    return capfirst(str(NAMES.get(name, name.replace("_", " "))))


def value_of(entry: AuditEntry, name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(value_of(entry, name, each) for each in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name_of(entry, key)}: {value_of(entry, key, each)}" for key, each in value.items())
    if name in CODES:
        return str(dict(CODES[name]).get(value, value))
    if entry.action == "payment.failed" and name == "reason":
        return f"{reasons.sentence(value)} ({value})"
    if entry.action.startswith("mandate.") and name == "reason":
        return str(dict(Mandate.Hold.choices).get(value, value))
    if name in ("method", "provider"):
        return label_of(value)
    field = _field(entry, name)
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return _shown(entry, name, value, field)


def _shown(entry: AuditEntry, name: str, value: object, field: Any) -> str:
    """Amounts, numbers, countries and dates as everywhere else."""
    if name == "country":
        return countries.name(str(value))
    if isinstance(value, str) and NUMBER.fullmatch(value) and (name in AMOUNTS or isinstance(field, DecimalField)):
        if name in AMOUNTS:
            return money.say(Decimal(value), _currency(entry))
        return numbers.shown(Decimal(value))
    if isinstance(value, str) and DAY.fullmatch(value):
        return dates.short_day(parse_date(value)) or value
    moment = _moment(value)
    return dates.moment(moment) if moment else str(value)


def _currency(entry: AuditEntry) -> str:
    """The entry's own currency, else the organisation's."""
    currencies = [facts["currency"] for facts in (_facts(entry.new), _facts(entry.old)) if facts.get("currency")]
    return str(currencies[0]) if currencies else current_organisation().currency


def entries_about_event(event: Event) -> QuerySet[AuditEntry]:
    """Of the event, of what is in it, newest first."""
    inside = {
        "attraction": Attraction.objects.filter(event=event),
        "tickettype": TicketType.objects.filter(attraction__event=event),
        "location": Location.objects.filter(event=event),
    }
    about = _about("event", [event.pk])
    for kind, rows in inside.items():
        about |= _about(kind, rows.values_list("pk", flat=True))
    # There may be very many entries: their keys stay in the database.
    waiting = WaitingEntry.objects.filter(event=event).annotate(key=Cast("pk", TextField())).values("key")
    about |= Q(subject_type="entry", subject_id__in=waiting)
    about |= _about("waitinglist", WaitingList.objects.filter(event=event).values_list("pk", flat=True))
    return newest_first().filter(about)


def entries_about_registration(registration: Registration) -> QuerySet[AuditEntry]:
    """Of the registration, its order and its payments, newest first."""
    return newest_first().filter(_about("registration", [registration.pk]) | _about_order(registration.line.order))


def entries_about_order(order: Order) -> QuerySet[AuditEntry]:
    """Of the order, its registrations and its payments, newest first."""
    registrations = Registration.objects.of_order(order).values_list("pk", flat=True)
    return newest_first().filter(_about_order(order) | _about("registration", registrations))


def entries_about_contribution(contribution: Contribution) -> QuerySet[AuditEntry]:
    """Of the contribution, its bill and the payments of that, newest first."""
    about = _about("contribution", [contribution.pk])
    return newest_first().filter(about | _about_order(contribution.order) if contribution.order else about)


def entries_about_user(user: User) -> QuerySet[AuditEntry]:
    return newest_first().filter(_about("user", [user.pk]))


def entries_about_member(member: Member) -> QuerySet[AuditEntry]:
    """Of the member, and of those who were merged into them before that."""
    merged = member.merges.values_list("member_key", flat=True)
    return newest_first().filter(_about("member", [member.pk, *merged]))


def entries_about_application(application: Application) -> QuerySet[AuditEntry]:
    return newest_first().filter(_about("application", [application.pk]))


def entries_about(row: Model) -> QuerySet[AuditEntry]:
    """Of this row alone."""
    return newest_first().filter(_about(audit.subject_type(row), [row.pk]))


def newest_first() -> QuerySet[AuditEntry]:
    return AuditEntry.objects.select_related("actor").order_by("-at", "-pk")


def _about(kind: str, keys: Iterable[object]) -> Q:
    return Q(subject_type=kind, subject_id__in=[str(key) for key in keys])


def _about_order(order: Order) -> Q:
    return _about("order", [order.pk]) | _about("payment", order.payments.values_list("pk", flat=True))


def _facts(value: object) -> dict[str, object]:
    if value is None:
        return {}
    return value if isinstance(value, dict) else {"state": value}


def _field(entry: AuditEntry, name: str) -> Field | None:
    """Of the row itself, or of the noun in the action's name: `ticket_type.` and `waiting_list.` are logged on the
    event, a question on its form."""
    noun = entry.action.partition(".")[0].replace("_", "")
    part = "question" if entry.action.startswith("form.question_") else noun
    known = _models()
    for kind in dict.fromkeys((entry.subject_type, part)):
        if kind in known:
            try:
                field = known[kind]._meta.get_field(name)
            except FieldDoesNotExist:
                continue
            return field if field.concrete else None
    return None


@lru_cache(maxsize=1)
def _models() -> dict[str, type[Model]]:
    return {audit.subject_type(model): model for model in apps.get_models()}


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str) or "T" not in value:
        return None
    try:
        return parse_datetime(value)
    except ValueError:
        return None
