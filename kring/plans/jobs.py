"""Jobs of plans: apply what Stripe notifies of, ask where it was silent, remind and limit."""

from __future__ import annotations

from kring.core import jobs
from kring.core.jobs import job
from kring.core.tenancy import current_organisation_id
from kring.core.ticking import due
from kring.organisations.models import Organisation
from kring.plans import inbox, reminding, subscribing
from kring.plans.models import PlanSubscription


@job("plans.apply_notice", scoped=False, tries_again_after=(1, 10, 60, 600, 3600, 6 * 3600, 24 * 3600), priority=5)
def apply_notice(notice_id: int) -> None:
    inbox.apply(notice_id)


@job("plans.ask_stripe", scoped=False, once=True, tries_again_after=(60, 600, 3600))
def ask_stripe(organisation_id: int) -> None:
    if organisation := Organisation.objects.filter(pk=organisation_id).first():
        subscribing.come_back(organisation)


@due("plans.ask_stripe", where=lambda: PlanSubscription.objects.to_ask_about().values_list("organisation_id"))
def ask_due() -> int:
    jobs.later(ask_stripe, organisation_id=current_organisation_id())
    return 1


@job("plans.remind", once=True)
def remind() -> None:
    reminding.remind()


@due("plans.remind", where=lambda: reminding.due().values_list("organisation_id"))
def remind_due() -> int:
    return reminding.remind()
