"""Invoices: asked for, made once the order is complete, numbered without gaps, never changed."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import facturx
import pikepdf
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kring.billing import jobs as billing_jobs
from kring.billing import settling
from kring.billing.invoicing import asking, crediting, documents, issuing, numbering, refusals
from kring.billing.invoicing.contents import Contents
from kring.billing.models import Invoice, InvoiceRequest, InvoiceSeries, Order
from kring.mail.models import Message
from kring.organisations.models import Organisation
from tests import pdf as looking
from tests.billing.invoicing import judging, paid
from tests.jobs import work
from tests.payments import ordering
from tests.refusing import refuses

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sends(in_scope):
    return paid.sends_invoices()


def numbers() -> list[str]:
    return list(Invoice.objects.order_by("pk").values_list("number", flat=True))


def test_an_order_that_is_paid_gets_its_invoice_by_email(in_scope):
    order = ordering.order(price="49.95")
    asking.ask(order, paid.ADDRESS, by=None)
    work()
    assert numbers() == []

    settling.settle(order, reason="By hand")
    work()

    [invoice] = Invoice.objects.all()
    assert invoice.number == f"VG-{timezone.localdate().year}-0001"
    message = Message.objects.get(template="invoice")
    assert (message.recipient, message.attachments) == ("invoices@example.org", [{"kind": "invoice", "id": invoice.pk}])


def test_the_link_of_the_order_goes_to_its_buyer_and_to_no_other_address(in_scope):
    """What was typed for the invoice may be anybody's, and the buyer may have been corrected since."""
    order = paid.order(buyer_email="ada@example.org")
    paid.invoiced(order, replace(paid.ADDRESS, email="Ada@example.org"))
    assert f"/orders/{order.secret}/" in Message.objects.get(template="invoice").text
    order.correct_buyer(None, name="Bea", email="bea@example.org")

    crediting.credit(order, amount=Decimal(5))

    credit = Message.objects.get(template="credit-note")
    assert credit.recipient == "ada@example.org"
    assert "/orders/" not in credit.text


def test_who_is_only_sent_the_invoice_does_not_get_the_link_of_the_order(in_scope):
    paid.invoiced(paid.order(buyer_email="ada@example.org"))

    message = Message.objects.get(recipient="invoices@example.org")
    assert "/orders/" not in message.text
    assert "/orders/" not in str(message.facts)


def test_asked_for_after_it_was_paid_it_is_made_at_once(in_scope):
    order = paid.order()

    asking.ask(order, paid.ADDRESS, by=None)
    work()

    assert len(numbers()) == 1 and InvoiceRequest.objects.get().made_at is not None


def test_an_order_has_one_however_often_the_job_runs(in_scope):
    order = paid.order()
    paid.invoiced(order)

    assert issuing.issue(order) is None
    assert len(numbers()) == 1


def test_nobody_gets_one_who_did_not_ask(in_scope):
    assert issuing.issue(paid.order()) is None
    assert InvoiceSeries.objects.count() == 0


def test_it_says_what_was_bought_and_what_was_paid(in_scope):
    invoice = paid.invoiced(paid.order([("121.00", "21"), ("54.50", "9")]))

    found = Contents.read(invoice.contents)
    assert (found.total, found.paid, found.due) == (Decimal("175.50"), Decimal("175.50"), Decimal(0))
    assert [(each.rate, each.net, each.vat) for each in found.taxes] == [
        (Decimal(9), Decimal("50.00"), Decimal("4.50")),
        (Decimal(21), Decimal("100.00"), Decimal("21.00")),
    ]
    assert (found.buyer.name, found.buyer.contact, found.reference) == ("<b>& Söhne", "Zoë Jansen", "PO-7")
    assert paid.judged(invoice) == []


def test_what_is_still_to_be_paid_is_due_on_a_day(in_scope):
    order = paid.order(paid=False)
    paid.received(order, "121.00", state="pending", method="cash")

    invoice = paid.invoiced(order)

    found = Contents.read(invoice.contents)
    assert (found.due, found.due_on) == (Decimal("121.00"), invoice.issued_on + timedelta(days=14))
    assert paid.judged(invoice) == []


def test_gifts_are_on_no_invoice(in_scope):
    order = paid.order([("121.00", "21"), ("5.00", "0")])
    order.lines.filter(position=2).update(kind="gift")

    found = Contents.read(paid.invoiced(order).contents)

    assert (found.total, found.paid) == (Decimal("121.00"), Decimal("121.00"))


def test_for_gifts_alone_there_is_none(in_scope):
    order = paid.order([("5.00", "0")])
    order.lines.update(kind="gift")

    with refuses(refusals.NothingToInvoice):
        asking.ask(order, paid.ADDRESS, by=None)


@pytest.mark.parametrize("amount", ["0.00", "999999.99"])
def test_the_smallest_and_the_largest_total_are_right(in_scope, amount):
    invoice = paid.invoiced(paid.order([(amount, "21")]))

    assert invoice.total == Decimal(amount) and paid.judged(invoice) == []


def test_the_year_is_that_of_the_organisations_time_zone(in_scope, monkeypatch):
    """It is 2027 in Auckland while London still has 2026."""
    moment = datetime(2026, 12, 31, 11, 30, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    first = paid.invoiced(paid.order())
    Organisation.objects.update(time_zone="Pacific/Auckland")
    in_scope.refresh_from_db()

    second = paid.invoiced(paid.order())

    assert [first.number, second.number] == ["VG-2026-0001", "VG-2027-0001"]
    assert second.issued_on.isoformat() == "2027-01-01"


def test_orders_of_test_mode_have_a_series_of_their_own(in_scope):
    paid.invoiced(paid.order())
    test = paid.order()
    test.mark_test()

    invoice = paid.invoiced(test)

    assert (invoice.number, invoice.is_test) == (f"TEST-VG-{invoice.year}-0001", True)
    assert [each.number for each in Invoice.objects.real()] == [f"VG-{invoice.year}-0001"]


def test_a_number_that_was_rolled_back_is_the_next_ones(in_scope):
    class Broken(Exception):
        pass

    paid.invoiced(paid.order())
    order = paid.order()
    with pytest.raises(Broken), transaction.atomic():
        paid.invoiced(order)
        raise Broken
    paid.invoiced(order)

    assert [number[-4:] for number in numbers()] == ["0001", "0002"]
    assert numbering.with_gaps() == []


@pytest.mark.parametrize(
    "statement", ["UPDATE billing_invoice SET buyer = 'Somebody else'", "DELETE FROM billing_invoice"]
)
def test_the_database_lets_nobody_change_or_remove_one(in_scope, statement):
    paid.invoiced(paid.order())

    with pytest.raises(IntegrityError, match="never changed or removed"), transaction.atomic():
        connection.cursor().execute(statement)


def test_the_nightly_check_tells_staff_of_a_number_that_is_missing(in_scope):
    paid.invoiced(paid.order())
    assert numbering.check() == 0

    InvoiceSeries.objects.update(last=3, checked_at=None)
    assert billing_jobs.check_numbers() == 1

    message = Message.objects.get(template="invoice-gaps")
    assert f"VG-{timezone.localdate().year}" in message.text
    # Once a night.
    assert not numbering.unchecked().exists()


def test_the_buyer_may_ask_until_a_day_after_paying_and_staff_always(in_scope, sends):
    order = paid.order()
    Order.objects.filter(pk=order.pk).update(paid_at=timezone.now() - timedelta(days=30))
    order.refresh_from_db()
    assert asking.may_ask(order, sends)
    Order.objects.filter(pk=order.pk).update(paid_at=timezone.now() - timedelta(days=31, hours=1))
    order.refresh_from_db()

    with refuses(refusals.TooLateToAsk):
        asking.ask(order, paid.ADDRESS, by=None)
    asking.ask(order, paid.ADDRESS, by=None, is_staff=True)


def test_it_is_asked_anew_until_it_is_made(in_scope):
    order = paid.order()
    asking.ask(order, paid.ADDRESS, by=None)
    asking.ask(order, replace(paid.ADDRESS, company="Other"), by=None)

    invoice = issuing.issue(order)

    assert invoice is not None and invoice.buyer == "Other"
    with refuses(refusals.AlreadyInvoiced):
        asking.ask(order, paid.ADDRESS, by=None)


def test_an_organisation_without_settings_sends_none(in_scope, sends):
    sends.delete()

    with refuses(refusals.NoInvoices):
        asking.ask(paid.order(), paid.ADDRESS, by=None)


def test_one_whose_job_failed_is_made_all_the_same(in_scope):
    order = paid.order()
    asking.ask(order, paid.ADDRESS, by=None)
    long_ago = timezone.now() - timedelta(hours=4)
    InvoiceRequest.objects.update(requested_at=long_ago)
    assert billing_jobs.issue_forgotten() == 0

    Order.objects.update(paid_at=long_ago)

    assert billing_jobs.issue_forgotten() == 1


def test_the_pdf_is_an_accessible_archive_with_the_einvoice_inside(in_scope):
    made = paid.invoiced(paid.order([("121.00", "21"), ("54.50", "9")]))
    invoice = Invoice.objects.select_related("organisation").get(pk=made.pk)

    document = documents.invoice_pdf(invoice)

    assert document == documents.invoice_pdf(invoice)
    text = looking.text_of(document)
    assert invoice.number in text and "<b>& Söhne" in text and "€175.50" in text
    name, inside = facturx.get_facturx_xml_from_pdf(io.BytesIO(document))
    assert name == "factur-x.xml" and judging.found(inside) == []
    with pikepdf.open(io.BytesIO(document)) as opened:
        metadata = opened.Root.Metadata.read_bytes().decode()
        assert opened.Root.AF[0].AFRelationship == "/Alternative"
    assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata and "<fx:ConformanceLevel>EN 16931</fx:" in metadata
    assert metadata.count("</pdfaExtension:schemas>") == 1


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
def test_the_pdf_is_sound(in_scope, tmp_path):
    made = paid.invoiced(paid.order())
    file = tmp_path / "invoice.pdf"
    file.write_bytes(documents.invoice_pdf(Invoice.objects.select_related("organisation").get(pk=made.pk)))

    assert subprocess.run(["qpdf", "--check", file], capture_output=True, check=False).returncode == 0


def test_the_mail_has_it_attached(in_scope):
    invoice = paid.invoiced(paid.order())

    [attachment] = [documents._in_a_mail(each["id"]) for each in Message.objects.get().attachments]

    assert attachment.filename == f"invoice-{invoice.number.lower()}.pdf"
    assert attachment.content.startswith(b"%PDF")
