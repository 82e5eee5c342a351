"""How large an organisation is: members, events, registrations, staff, emails of 30 days, files."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import FileField, IntegerField, Model, Sum
from django.utils import timezone

from kring.accounts.models import STAFF_ROLES, Role
from kring.events.models import Event
from kring.hosting.files import file_columns, size_of
from kring.hosting.models import OrganisationSize
from kring.mail.models import Message
from kring.members.models import Member
from kring.organisations.current import current_organisation
from kring.organisations.models import Organisation
from kring.registrations.models import Registration

DAYS = timedelta(days=30)


def count() -> OrganisationSize:
    """Count the organisation of the scope anew. Reads its whole tables: for a job."""
    sent = Message.objects.filter(state=Message.State.SENT, sent_at__gte=timezone.now() - DAYS)
    staff = Role.objects.in_force().filter(name__in=STAFF_ROLES)
    size, _made = OrganisationSize.objects.update_or_create(
        organisation=current_organisation(),
        defaults={
            "members": Member.objects.current().count(),
            "events": Event.objects.count(),
            "registrations": Registration.objects.live().count(),
            "staff": staff.values("user_id").distinct().count(),
            "mails": sent.count(),
            "storage_bytes": _storage(),
            "counted_at": timezone.now(),
        },
    )
    return size


def _storage() -> int:
    """Bytes of all its files. The storage is asked where a table does not say how large they are."""
    logo = current_organisation().logo
    return sum(_bytes(model, columns) for model, columns in file_columns().items()) + size_of(logo.storage, logo.name)


def _bytes(model: type[Model], columns: list[FileField]) -> int:
    if isinstance(_column(model, "size"), IntegerField):
        return model._default_manager.aggregate(all=Sum("size"))["all"] or 0
    names = ((column, model._default_manager.exclude(**{column.name: ""})) for column in columns)
    return sum(
        size_of(column.storage, name) for column, rows in names for name in rows.values_list(column.name, flat=True)
    )


def _column(model: type[Model], name: str) -> object:
    return next((field for field in model._meta.concrete_fields if field.name == name), None)


def organisations() -> list[int]:
    stay = Organisation.objects.exclude(status=Organisation.Status.DELETING)
    return list(stay.order_by("pk").values_list("pk", flat=True))
