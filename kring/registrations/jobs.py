"""Jobs of registrations."""

from __future__ import annotations

from kring.core import jobs
from kring.core.jobs import job
from kring.core.ticking import due
from kring.events.models import Event
from kring.organisations.models import AuditEntry
from kring.registrations import (
    bulk,
    calling_off,
    change_notices,
    eligibility_after_payment,
    mass_refunding,
    payment_reminders,
    proving,
)
from kring.registrations.models import Bulk


@job("registrations.tell_of_calling_off", tries_again_after=(5, 60, 600))
def notify_of_calling_off(event_id: int) -> None:
    calling_off.notify(Event.objects.select_related("created_by").get(pk=event_id))


@job("registrations.tell_of_change", tries_again_after=(5, 60, 600))
def notify_of_change(event_id: int, entry_id: int) -> None:
    change_notices.notify(Event.objects.get(pk=event_id), AuditEntry.objects.get(pk=entry_id))


@job("registrations.send_proof_link", tries_again_after=(5, 60))
def send_proof_link(registration_id: int) -> None:
    proving.send_link(registration_id)


@job("registrations.ask_registries", scoped=False, tries_again_after=(60, 600))
def ask_registries(organisation_id: int, order_id: int) -> None:
    eligibility_after_payment.ask_again(organisation_id, order_id)


@due("registrations.ask_registries", where=lambda: eligibility_after_payment.due().values_list("organisation_id"))
def ask_registries_again() -> int:
    return eligibility_after_payment.ask_registries_due()


@job("registrations.refund_run", tries_again_after=(5, 60, 600))
def go_on_with_refund_run(run_id: int) -> None:
    """One part; the next one is a separate job, so that finished parts stay done."""
    if mass_refunding.proceed(run_id):
        jobs.later("registrations.refund_run", run_id=run_id)


@job("registrations.bulk", tries_again_after=(5, 60, 600))
def go_on_with_bulk(bulk_id: int) -> None:
    """One part; the next one is a separate job, so that finished parts stay done."""
    if bulk.proceed(Bulk.objects.select_related("created_by").get(pk=bulk_id)):
        jobs.later("registrations.bulk", bulk_id=bulk_id)


@due(
    "registrations.remind_of_instalments",
    where=lambda: payment_reminders.with_instalments_due().values_list("organisation_id").distinct(),
)
def remind_of_instalments() -> int:
    return payment_reminders.remind_of_instalments()


@due(
    "registrations.remind_of_payments",
    where=lambda: payment_reminders.about_to_expire().values_list("organisation_id").distinct(),
)
def remind_of_payments() -> int:
    return payment_reminders.remind_of_payments()
