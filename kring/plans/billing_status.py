"""`Organisation.billing_status`: what an organisation's subscription means for its access (B3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.organisations import audit, platform_log
from kring.organisations.current import current_organisation
from kring.organisations.models import Organisation
from kring.plans.models import PlanSubscription
from kring.plans.settings import grace_days

State = PlanSubscription.State


class BillingStatus(models.TextChoices):
    OK = "ok", _("in order")
    TRIAL = "trial", _("trial")
    PAST_DUE = "past_due", _("payment overdue")
    # Not paid within the grace period.
    LIMITED = "limited", _("access limited")
    CANCELLED = "cancelled", _("subscription ended")


def status_of(state: str, past_due_since: datetime | None, *, grace: int, now: datetime) -> BillingStatus:
    """Of the newest subscription that was not left unfinished; `grace` in days."""
    if state == State.TRIAL:
        return BillingStatus.TRIAL
    if state == State.CANCELLED:
        return BillingStatus.CANCELLED
    if state == State.PAST_DUE and past_due_since:
        return BillingStatus.LIMITED if now >= past_due_since + timedelta(days=grace) else BillingStatus.PAST_DUE
    return BillingStatus.OK


def limited_from(subscription: PlanSubscription) -> datetime | None:
    """When access is limited if nothing is paid."""
    since = subscription.past_due_since
    return None if since is None else since + timedelta(days=grace_days())


def refresh() -> BillingStatus:
    """Of the organisation of the scope, written down where it changed."""
    organisation = current_organisation()
    used = PlanSubscription.objects.exclude(subscription_id="").order_by("-created_at", "-pk").first()
    status = BillingStatus.OK
    if used is not None:
        status = status_of(used.state, used.past_due_since, grace=grace_days(), now=timezone.now())
    row = Organisation.objects.filter(pk=organisation.pk)
    # As it is, not as the scope was opened with it.
    old = row.values_list("billing_status", flat=True).get()
    organisation.billing_status = status
    if row.exclude(billing_status=status).update(billing_status=status):
        act = "organisation.billing_status_changed"
        audit.log(act, organisation, old={"billing_status": old}, new={"billing_status": str(status)})
        platform_log.note(act, organisation=organisation, old={"value": old}, new={"value": str(status)})
    return status
