"""Invoices on the pages of staff: made, looked at, credited, corrected, all of a period."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from kring.billing.models import Invoice, InvoiceSettings, Order
from kring.core.tenancy import scope
from kring.demo.counterparts.ksef import NIP, TOKEN, Ksef
from kring.web.asking_again import SECRET_PREFIX
from tests.billing.invoicing import paid
from tests.web.manage.conftest import Staff
from tests.web.reading import words

pytestmark = pytest.mark.django_db
ADDRESS = {
    "company": "<b>& Söhne",
    "name": "Zoë",
    "street": "Weg 2",
    "postal_code": "10115",
    "city": "Berlin",
    "country": "DE",
    "email": "invoices@example.org",
    "vat_number": "136695976",
    "reference": "PO-7",
}
SETTINGS = {
    "number_prefix": "VG",
    "legal_name": "Vereniging",
    "street": "Dam 1",
    "postal_code": "1012 JS",
    "city": "Amsterdam",
    "tax_number": "004495445",
    "days_to_ask": "30",
    "days_to_pay": "14",
    "channel_for_companies": "mail",
    "channel_for_others": "mail",
}
KSEF = {"environment": "test", "nip": NIP, "token": TOKEN}
YEAR = {"since": "2000-01-01", "until": "2100-12-31"}


@pytest.fixture
def order(treasurer: Staff) -> Order:
    with scope(treasurer.organisation):
        paid.sends_invoices()
        return paid.order([("121.00", "21"), ("54.50", "9")])


@pytest.fixture
def invoice(order: Order) -> Invoice:
    with scope(order.organisation):
        return paid.invoiced(order)


def test_the_settings_are_given_and_then_invoices_can_be_asked_for(treasurer: Staff) -> None:
    assert "Say as what the organisation sends invoices" in words(treasurer.page("invoices"))

    assert treasurer.act("invoice_settings", **SETTINGS).status_code == 302

    with scope(treasurer.organisation):
        assert InvoiceSettings.objects.get().legal_name == "Vereniging"
    treasurer.organisation.refresh_from_db()
    assert treasurer.organisation.invoice_prefix == "VG"
    assert "Buyers may ask for an invoice" in words(treasurer.page("invoices"))
    # Again: what differs.
    assert treasurer.act("invoice_settings", **SETTINGS | {"note": "Thank you."}).status_code == 302
    with scope(treasurer.organisation):
        assert InvoiceSettings.objects.get().note == "Thank you."


@pytest.mark.parametrize(
    ("given", "field"),
    [({"number_prefix": "v-g"}, "number_prefix"), ({"legal_name": ""}, "legal_name"), ({"tax_number": ""}, "__all__")],
)
def test_settings_without_what_the_norm_demands_are_refused(treasurer: Staff, given: Any, field: str) -> None:
    answer = treasurer.act("invoice_settings", **SETTINGS | given)

    assert answer.status_code == 422 and list(answer.context["form"].errors) == [field]


def test_staff_make_the_invoice_of_an_order(treasurer: Staff, order: Order) -> None:
    assert treasurer.act("order_invoice", order.number, **ADDRESS).status_code == 302

    with scope(order.organisation):
        [made] = Invoice.objects.all()
    assert made.buyer == "<b>& Söhne"
    assert made.number in words(treasurer.page("order", order.number))
    page = treasurer.page("invoice", made.pk)
    assert "<b>& Söhne" in words(page) and b"<b>& S" not in page.content
    assert "DE136695976" in words(page)


def test_a_wrong_vat_number_is_refused_beside_its_field(treasurer: Staff, order: Order) -> None:
    answer = treasurer.act("order_invoice", order.number, **ADDRESS | {"vat_number": "DE136695977"})

    assert answer.status_code == 422 and list(answer.context["form"].errors) == ["vat_number"]


def test_it_is_listed_and_opens_as_a_pdf(treasurer: Staff, invoice: Invoice) -> None:
    assert invoice.number in words(treasurer.page("invoices"))
    assert invoice.number not in words(treasurer.page("invoices", kind="credit"))

    answer = treasurer.page("invoice_document", invoice.pk)

    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")


def test_a_credit_note_by_hand_says_why(treasurer: Staff, invoice: Invoice) -> None:
    answer = treasurer.act("invoice_credit", invoice.pk, amount="200.00", reason="Too dear")
    assert answer.status_code == 422 and "€175.50" in words(answer)

    assert treasurer.act("invoice_credit", invoice.pk, amount="75.50", reason="Too dear").status_code == 302

    with scope(invoice.organisation):
        note = invoice.credit_notes.get()
    assert "Too dear" in words(treasurer.page("invoice", note.pk))
    assert "€100.00" in words(treasurer.page("invoice", invoice.pk))
    # A credit note is not credited.
    assert treasurer.page("invoice_credit", note.pk).status_code == 404


def test_a_correction_makes_both_documents(treasurer: Staff, invoice: Invoice) -> None:
    assert treasurer.act("invoice_correction", invoice.pk, **ADDRESS | {"company": "Right"}).status_code == 302

    with scope(invoice.organisation):
        kinds = list(Invoice.objects.order_by("pk").values_list("kind", "buyer"))
    assert kinds == [("invoice", "<b>& Söhne"), ("credit", "<b>& Söhne"), ("invoice", "Right")]
    assert treasurer.act("invoice_correction", invoice.pk, **ADDRESS).status_code == 404


def test_all_of_a_period_are_one_archive(treasurer: Staff, invoice: Invoice) -> None:
    answer = treasurer.page("invoices_file", "zip", **YEAR)

    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        [name] = archive.namelist()
        assert name == f"invoice-{invoice.number.lower()}.pdf" and archive.read(name).startswith(b"%PDF")


def test_the_ledger_has_a_row_for_each_rate_and_no_formula(treasurer: Staff, order: Order) -> None:
    from dataclasses import replace

    from kring.billing.invoicing import crediting

    with scope(order.organisation):
        invoice = paid.invoiced(order, replace(paid.ADDRESS, company='=HYPERLINK("http://evil")'))
        crediting.credit(order, lines=[order.lines.get(position=2)])

    answer = treasurer.page("invoices_file", "csv", **YEAR)

    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(rows) == 4 and invoice.number in rows[1]
    assert "'=HYPERLINK" in rows[1] and ",-50.00,-4.50,-54.50," in rows[3]
    sheet = b"".join(treasurer.page("invoices_file", "xlsx", **YEAR).streaming_content)
    assert sheet.startswith(b"PK")


def test_a_period_that_is_none_is_refused(treasurer: Staff, order: Order) -> None:
    assert treasurer.page("invoices_file", "csv", since="2026-02-01", until="2026-01-01").status_code == 422
    assert treasurer.page("invoices_file", "exe", **YEAR).status_code == 404


def test_orders_of_test_mode_are_in_neither(treasurer: Staff, order: Order) -> None:
    with scope(order.organisation):
        order.mark_test()
        paid.invoiced(order)

    answer = treasurer.page("invoices_file", "csv", **YEAR)

    assert len(b"".join(answer.streaming_content).decode().splitlines()) == 1


@pytest.fixture
def file(treasurer: Staff) -> Invoice:
    """Of a company, to be handed over as a file."""
    with scope(treasurer.organisation):
        paid.sends_invoices(channel_for_companies="file", registration_number="30123456")
        return paid.invoiced(paid.order())


def test_the_settings_choose_the_channel_of_each_kind_of_buyer(treasurer: Staff) -> None:
    assert treasurer.act("invoice_settings", **SETTINGS | {"channel_for_companies": "file"}).status_code == 302

    with scope(treasurer.organisation):
        found = InvoiceSettings.objects.get()
    assert (found.channel_for_companies, found.channel_for_others) == ("file", "mail")
    # A file finds its way by the buyer's VAT number.
    answer = treasurer.act("invoice_settings", **SETTINGS | {"channel_for_others": "file"})
    assert answer.status_code == 422 and list(answer.context["form"].errors) == ["channel_for_others"]


def test_a_file_is_downloaded_alone_and_with_all_of_a_period(treasurer: Staff, file: Invoice) -> None:
    alone = treasurer.page("invoice_delivery_file", file.pk)

    assert alone["Content-Type"] == "application/xml" and file.number.encode() in alone.content
    assert "Download e-invoice files" in words(treasurer.page("invoices_period"))
    with zipfile.ZipFile(
        io.BytesIO(b"".join(treasurer.page("invoices_file", "xml", **YEAR).streaming_content))
    ) as archive:
        [name] = archive.namelist()
        assert name == f"invoice-{file.number.lower()}.xml" and archive.read(name) == alone.content


def test_an_invoice_by_email_has_no_file(treasurer: Staff, invoice: Invoice) -> None:
    assert treasurer.page("invoice_delivery_file", invoice.pk).status_code == 404
    assert treasurer.page("invoice_answer", invoice.pk).status_code == 404


def test_a_rejection_is_a_task_until_it_is_sent_again(treasurer: Staff, file: Invoice) -> None:
    answer = treasurer.act("invoice_answer", file.pk, outcome="rejected")
    assert answer.status_code == 422 and list(answer.context["form"].errors) == ["reason"]

    treasurer.act("invoice_answer", file.pk, outcome="rejected", reason="Unknown <b>buyer")

    assert "1 invoice not accepted by its receiver" in words(treasurer.page("dashboard"))
    assert file.number in words(treasurer.page("invoices", delivery="task"))
    page = treasurer.page("invoice", file.pk)
    assert "Unknown <b>buyer" in words(page) and "Put right what is named here" in words(page)

    assert treasurer.act("invoice_sending", file.pk, channel="file").status_code == 302

    assert file.number not in words(treasurer.page("invoices", delivery="task"))
    assert file.number in words(treasurer.page("invoices", delivery="waiting", channel="file"))
    treasurer.act("invoice_answer", file.pk, outcome="accepted", number="R-9")
    assert "R-9" in words(treasurer.page("invoice", file.pk))
    assert treasurer.page("invoice_sending", file.pk).status_code == 404


@pytest.fixture
def ksef(settings: Any) -> Any:
    with Ksef() as there:
        settings.KSEF_URLS = dict.fromkeys(settings.KSEF_URLS, there.url)
        settings.KSEF_LINK_URLS = dict.fromkeys(settings.KSEF_LINK_URLS, there.url)
        yield there


def test_ksef_is_chosen_once_its_keys_were_tried(staff: Any, ksef: Any) -> None:
    admin: Staff = staff("org_admin")
    assert "KSeF can be chosen once its keys are entered" in words(admin.page("invoice_settings"))
    assert admin.act("invoice_settings", **SETTINGS | {"channel_for_others": "ksef"}).status_code == 422

    answer = admin.act("invoice_account", "ksef", **_secret(KSEF | {"token": "wrong"}))
    assert answer.status_code == 422 and "not accepted" in words(answer)
    assert admin.act("invoice_account", "ksef", **_secret(KSEF)).status_code == 302

    page = words(admin.page("invoice_settings"))
    assert "KSeF: working" in page and NIP in page and TOKEN not in page
    assert TOKEN not in words(admin.page("invoice_account", "ksef"))
    assert admin.act("invoice_settings", **SETTINGS | {"channel_for_others": "ksef"}).status_code == 302


def test_an_account_with_no_channel_is_not_found(staff: Any) -> None:
    for channel in ("mail", "nowhere"):
        assert staff("org_admin").page("invoice_account", channel).status_code == 404


def test_a_treasurer_enters_no_keys(treasurer: Staff) -> None:
    assert treasurer.page("invoice_account", "ksef").status_code == 403


def _secret(fields: dict[str, str]) -> dict[str, str]:
    return {f"{SECRET_PREFIX}-{name}": value for name, value in fields.items()}
