"""An organisation leaves (T6): asked for, taken back within the days of grace, begun. `deleting.py` does the rest."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import UserSession
from kring.core import jobs
from kring.core.refusals import Refusal
from kring.core.tenancy import scope
from kring.hosting.administrator_mails import tell
from kring.mail import facts
from kring.organisations import audit, platform_log, platform_settings
from kring.organisations.models import Organisation
from kring.organisations.platform_settings import KnownSetting, ValueType
from kring.payments.method import Declined, KeysRefused
from kring.plans import subscribing
from kring.plans.models import PlanSubscription
from kring.plans.refusals import NotConnected

GRACE = "deletion_grace_days"
DAYS = ("1", "3", "7", "14", "30")

platform_settings.declare(
    KnownSetting(
        GRACE,
        _("Organisations"),
        _("Days before an organisation is deleted"),
        _("Within them its administrators, and those of the platform, can take it back."),
        ValueType.CHOICE,
        "7",
        tuple((days, days) for days in DAYS),
    )
)


class AnotherName(Refusal):
    code = "another_name"
    message = _("Type the name of the organisation as it is written here: %(name)s")


class IsBeingDeleted(Refusal):
    code = "is_being_deleted"
    message = _("The organisation is being deleted; this cannot be undone.")


class PlanGoesOn(Refusal):
    code = "plan_goes_on"
    message = _("The organisation still pays for a plan. Cancel that first: else it would be charged after the end.")


class NotAskedFor(Refusal):
    code = "not_asked_for"
    message = _("The deletion has been taken back already.")


def ask(organisation: Organisation, typed: str) -> None:
    """Have it deleted after the days of grace; asked again, it stays with the day there is. In no scope of another.

    Raises AnotherName, PlanGoesOn, IsBeingDeleted.
    """
    _same_name(organisation, typed)
    due = timezone.now() + timedelta(days=int(str(platform_settings.value_of(GRACE))))
    with scope(organisation):
        _pays_for_nothing()
        rows = Organisation.objects.filter(pk=organisation.pk).exclude(status=Organisation.Status.DELETING)
        if rows.filter(deletion_due_at=None).update(deletion_due_at=due):
            organisation.deletion_due_at = due
            _note(organisation, "organisation.deletion_asked", {"due": due.isoformat()})
            tell(
                "organisation-deletion-asked",
                organisation,
                due=facts.deadline(due, organisation.zone),
                settings_url=facts.link(f"{organisation.url}/organisation/deletion/"),
            )
        elif not rows.exists():
            raise IsBeingDeleted


def take_back(organisation: Organisation) -> None:
    """Raises NotAskedFor, and IsBeingDeleted where it has begun."""
    with scope(organisation):
        rows = Organisation.objects.filter(pk=organisation.pk, deletion_due_at__isnull=False)
        if not rows.exclude(status=Organisation.Status.DELETING).update(deletion_due_at=None):
            raise IsBeingDeleted if rows.exists() else NotAskedFor
        organisation.deletion_due_at = None
        _note(organisation, "organisation.deletion_taken_back")
        tell("organisation-deletion-taken-back", organisation)


def begin_now(organisation: Organisation, typed: str) -> None:
    """Without days of grace. Raises AnotherName, PlanGoesOn, IsBeingDeleted."""
    _same_name(organisation, typed)
    with scope(organisation):
        _pays_for_nothing()
        if not _begin(organisation, Organisation.objects.all()):
            raise IsBeingDeleted


def begin_due(organisation: Organisation) -> bool:
    """Begin it where its days of grace are over; False where they are not, or somebody else has begun it."""
    with scope(organisation):
        return _begin(organisation, Organisation.objects.filter(deletion_due_at__lte=timezone.now()))


def _begin(organisation: Organisation, rows: QuerySet[Organisation]) -> bool:
    """From here on its site answers as if it were gone, and nobody is logged in there."""
    due = rows.filter(pk=organisation.pk).exclude(status=Organisation.Status.DELETING)
    if not due.update(status=Organisation.Status.DELETING, deletion_due_at=timezone.now()):
        return False
    organisation.status = Organisation.Status.DELETING
    _note(organisation, "organisation.deletion_begun", {"subdomain": organisation.subdomain})
    tell("organisation-deleted", organisation)
    UserSession.objects.filter(organisation=organisation).delete()
    delete = jobs.named("hosting.delete")
    jobs.drop_waiting(organisation.pk, but=delete)
    jobs.later(delete, organisation_id=organisation.pk)
    return True


def stop_paying(organisation_id: int) -> None:
    """A plan that was taken, or kept after all, since the deletion was asked for is not paid for any further.

    Outside of any scope; does nothing to one that is gone, or stays. What Stripe refuses keeps nobody here: the
    subscription of nobody is cancelled with its next notice (plans/inbox.py). Raises ProviderUnavailable.
    """
    organisation = Organisation.objects.filter(pk=organisation_id, status=Organisation.Status.DELETING).first()
    if organisation is not None:
        with suppress(NotConnected, KeysRefused, Declined):
            subscribing.cancel_at_once(organisation)


def _note(organisation: Organisation, action: str, new: dict[str, object] | None = None) -> None:
    audit.log(action, organisation, new=new)
    platform_log.note(action, organisation=organisation, new=new)


def _pays_for_nothing() -> None:
    """One that ends with its period is no obstacle: nothing is charged any more."""
    if PlanSubscription.objects.in_force().filter(cancel_at=None).exists():
        raise PlanGoesOn


def _same_name(organisation: Organisation, typed: str) -> None:
    if " ".join(typed.split()).casefold() != " ".join(organisation.name.split()).casefold():
        raise AnotherName(name=organisation.name)
