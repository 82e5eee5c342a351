"""How large an organisation is: members, events, registrations, staff, emails of 30 days, files."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from kring.accounts.models import STAFF_ROLES, Role
from kring.core.tenancy import current_organisation_id
from kring.events.models import Event
from kring.hosting import files
from kring.hosting.models import OrganisationSize
from kring.mail.models import Message
from kring.members.models import Member
from kring.organisations import storage
from kring.organisations.current import current_organisation
from kring.organisations.models import Organisation
from kring.registrations.models import Registration

DAYS = timedelta(days=30)


def count() -> OrganisationSize:
    """Count the organisation of the scope anew. Reads its whole tables: for a job."""
    files.count_uncounted()
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
            "storage_bytes": storage.used_bytes(current_organisation_id()),
            "counted_at": timezone.now(),
        },
    )
    return size


def organisations() -> list[int]:
    stay = Organisation.objects.exclude(status=Organisation.Status.DELETING)
    return list(stay.order_by("pk").values_list("pk", flat=True))
