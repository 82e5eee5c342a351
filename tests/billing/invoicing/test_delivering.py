"""Channels for e-invoices: by which one a document goes, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kring.billing import jobs as billing_jobs
from kring.billing.einvoicing import channels
from kring.billing.invoicing import crediting, delivering, refusals
from kring.billing.models import Invoice, InvoiceDelivery
from kring.core.refusals import WrongState
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from tests.billing.invoicing import paid
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
PERSON = replace(paid.ADDRESS, company="", vat_number="")
State = InvoiceDelivery.State


@pytest.fixture(autouse=True)
def sends(in_scope):
    return paid.sends_invoices(channel_for_companies="file", registration_number="30123456")


def delivery_of(invoice: Invoice) -> InvoiceDelivery:
    found: InvoiceDelivery = InvoiceDelivery.objects.select_related("invoice__organisation").get(invoice=invoice)
    return found


def by_file() -> InvoiceDelivery:
    return delivery_of(paid.invoiced(paid.order()))


def by_mail() -> InvoiceDelivery:
    return delivery_of(paid.invoiced(paid.order(), PERSON))


def look_again() -> None:
    InvoiceDelivery.objects.exclude(poll_at=None).update(poll_at=timezone.now())
    billing_jobs.deliveries()


def test_the_buyers_vat_number_decides_by_which_channel(sends):
    assert (by_file().channel, by_mail().channel) == ("file", "mail")

    sends.channel_for_companies = "mail"
    sends.save()
    assert delivery_of(paid.invoiced(paid.order())).channel == "mail"


def test_an_invoice_of_test_mode_goes_by_email_only():
    order = paid.order()
    order.mark_test()

    assert delivery_of(paid.invoiced(order)).channel == "mail"


def test_a_file_is_kept_as_it_is_handed_over_and_the_buyer_gets_the_email_too():
    delivery = by_file()

    assert delivery.state == State.WAITING and delivery.invoice.number.encode() in delivery.document
    assert len(delivery.digest) == 64 and delivery.poll_at is None
    assert Message.objects.get(template="invoice").attachments == [{"kind": "invoice", "id": delivery.invoice_id}]


def test_a_document_that_was_handed_over_is_changed_no_more():
    delivery = by_file()
    delivery.mark_sent(poll_at=False)

    with refuses(WrongState):
        delivery.keep_document(b"another")


def test_what_the_form_cannot_say_is_a_task_for_staff_in_their_language():
    delivery = delivery_of(paid.invoiced(paid.order(), replace(paid.ADDRESS, country="NL", city="")))

    assert delivery.state == State.REJECTED and "The address of".lower() in delivery.reason.lower()
    assert list(InvoiceDelivery.objects.waiting_for_staff()) == [delivery]
    assert AuditEntry.objects.filter(action="invoice.delivery_rejected").count() == 1


def test_staff_note_what_the_receiver_of_a_file_answered():
    delivery = by_file()

    delivering.note_by_hand(delivery, is_accepted=False, reason="Unknown buyer", by=None)
    assert (delivery.state, delivery.reason) == (State.REJECTED, "Unknown buyer")

    delivering.note_by_hand(delivery, is_accepted=True, number="7", by=None)
    assert (delivery.state, delivery.number, delivery.reason) == (State.ACCEPTED, "7", "")
    with refuses(WrongState):
        delivering.note_by_hand(delivery, is_accepted=True, by=None)


def test_nobody_notes_by_hand_what_kring_knows_itself():
    with refuses(refusals.NotByHand):
        delivering.note_by_hand(by_mail(), is_accepted=True, by=None)


def test_an_email_is_accepted_when_it_was_sent():
    delivery = by_mail()
    assert delivery.state == State.SENT

    look_again()
    assert delivery_of(delivery.invoice).state == State.SENT

    Message.objects.update(state=Message.State.SENT)
    look_again()
    look_again()
    assert delivery_of(delivery.invoice).state == State.ACCEPTED
    assert AuditEntry.objects.filter(action="invoice.delivery_accepted").count() == 1


def test_an_email_that_fails_is_a_task_with_the_address_in_it():
    delivery = by_mail()
    Message.objects.update(state=Message.State.FAILED, error="550 no such user")

    look_again()

    found = delivery_of(delivery.invoice)
    assert found.state == State.REJECTED and "invoices@example.org" in found.reason


def test_an_email_that_was_erased_is_a_task_too():
    delivery = by_mail()
    Message.objects.all().delete()

    look_again()

    assert delivery_of(delivery.invoice).state == State.REJECTED


def test_a_rejected_one_is_sent_again_by_another_channel():
    delivery = by_file()
    delivering.note_by_hand(delivery, is_accepted=False, reason="No", by=None)

    delivering.send_again(delivery, channel="mail", by=None)

    assert (delivery.state, delivery.channel, delivery.document) == (State.SENT, "mail", None)
    assert Message.objects.filter(template="invoice").count() == 2


def test_what_was_accepted_is_not_sent_again():
    delivery = by_file()
    delivering.note_by_hand(delivery, is_accepted=True, by=None)

    with refuses(WrongState):
        delivering.send_again(delivery, channel="file", by=None)


def test_a_credit_note_goes_by_the_channel_of_its_invoice(sends):
    delivery = by_file()
    sends.channel_for_companies = "mail"
    sends.save()

    [note] = crediting.credit(delivery.invoice.order, amount=Decimal("21.00"))

    found = delivery_of(note)
    assert found.channel == "file" and b"CreditNote" in found.document


def test_an_invoice_that_was_never_taken_and_is_credited_in_full_is_over():
    delivery = by_file()
    delivering.note_by_hand(delivery, is_accepted=False, reason="Wrong buyer", by=None)

    right = crediting.correct(delivery.invoice, replace(paid.ADDRESS, company="Right"), by=None)

    note = delivery.invoice.credit_notes.get()
    states = [delivery_of(each).state for each in (delivery.invoice, note, right)]
    assert states == [State.CORRECTED, State.CORRECTED, State.WAITING]
    assert not InvoiceDelivery.objects.waiting_for_staff().exists()


def test_credit_notes_of_an_invoice_that_is_sent_again_meanwhile_are_due():
    """The other worker has read it before."""
    delivery = by_file()
    delivering.note_by_hand(delivery, is_accepted=False, reason="No", by=None)
    crediting.credit(delivery.invoice.order, amount=Decimal("21.00"))
    note = delivery.invoice.credit_notes.get()
    before = delivery_of(delivery.invoice)
    before.invoice.total = note.total
    delivering.send_again(delivery, channel="file", by=None)

    assert not delivering._closed(before)

    assert delivery_of(note).state == State.WAITING


def test_a_part_that_is_credited_leaves_a_rejected_invoice_a_task():
    delivery = by_file()
    delivering.note_by_hand(delivery, is_accepted=False, reason="No", by=None)

    [note] = crediting.credit(delivery.invoice.order, amount=Decimal("21.00"))

    assert [delivery_of(each).state for each in (delivery.invoice, note)] == [State.REJECTED, State.WAITING]


def test_an_invoice_has_one_delivery_and_a_rejected_one_a_reason():
    delivery = by_file()

    for wrong in ({"invoice": delivery.invoice}, {"invoice": by_mail().invoice, "state": "rejected"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            InvoiceDelivery.objects.create(channel="file", **wrong)


def test_the_list_of_channels_is_what_stands_in_the_folder():
    assert {"file", "mail"} <= set(channels().keys())
    assert all(each.label and each.description for each in channels())


def test_what_is_due_is_found_by_one_index():
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'invoice_delivery_to_poll'")
        assert "poll_at IS NOT NULL" in cursor.fetchone()[0]
