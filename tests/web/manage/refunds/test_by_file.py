"""Staff's pages of refunds by bank file, and the payer's page of the account (R6)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from kring.core.sepa import Account
from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.payments import paying, refunding
from kring.payments.models import Payment, Refund, TransferFile
from tests import make
from tests.payments import ordering
from tests.payments.ordering import euro, fresh
from tests.web.manage.conftest import URLCONF, Staff
from tests.web.manage.reading import errors

pytestmark = pytest.mark.django_db
IBAN = "NL91ABNA0417164300"


@pytest.fixture
def organisation(organisation: Any) -> Any:
    organisation.bank_account = "NL44RABO0123456789"
    organisation.save(update_fields=["bank_account"])
    return organisation


@pytest.fixture
def payment(organisation: Any) -> Payment:
    with scope(organisation):
        payment = ordering.start(ordering.order(), "transfer").payment
        paying.confirm(payment)
        return fresh(payment)


def by_file(organisation: Any, payment: Payment, account: Account | None = None) -> Refund:
    with scope(organisation):
        refund = {"amount": euro("20.00"), "reason": "Ill", "how": "bank_file", "account": account}
        return refunding.refund(fresh(payment), by=None, **refund)


def text(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode().split("<main", 1)[-1]).split())


def now(organisation: Any, row: Any) -> Any:
    with scope(organisation):
        return fresh(row)


def test_from_asking_to_the_bank_and_back(treasurer: Staff, client: Any, organisation: Any, payment: Payment) -> None:
    form = {"amount": "20.00", "how": "bank_file", "reason": "Ill", "holder": "", "iban": ""}
    assert treasurer.act("payment_refund", payment.pk, **form).status_code == 302
    page = text(treasurer.page("refunds_by_file"))
    assert "Not ready yet" in page and "Asked by email" in page
    with scope(organisation):
        refund = Refund.objects.get()
        secret = re.search(r"/refunds/account/([\w-]+)/", Message.objects.latest("pk").text)[1]
    client.defaults["HTTP_HOST"] = f"{organisation.subdomain}.kring.localhost"
    link = reverse("public:refund-account", urlconf=URLCONF, args=[secret])
    assert client.post(link, {"holder": "Ada Lovelace", "iban": "NL91 ABNA 0417 1643 01"}).status_code == 422
    assert client.post(link, {"holder": "Ada Lovelace", "iban": "NL91 ABNA 0417 1643 00"}).status_code == 302
    page = text(client.get(link))
    assert "NL91 … 4300" in page and IBAN not in page

    page = treasurer.page("refunds_by_file")
    assert "Ada Lovelace" in text(page) and IBAN not in page.content.decode()
    made = treasurer.act("refunds_by_file", refunds=[refund.pk], execute_on=page.context["form"].initial["execute_on"])
    with scope(organisation):
        file = TransferFile.objects.get()
    assert made.status_code == 302 and made.url.endswith(f"/by-file/{file.pk}/")
    assert "The transfer has been prepared" in text(client.get(link))

    first, second = (treasurer.act("transfer_file_download", file.pk) for _again in range(2))
    assert first.content == second.content and IBAN.encode() in first.content
    assert first["Content-Disposition"] == f'attachment; filename="refunds-{file.message_id}.xml"'
    assert treasurer.page("transfer_file_confirmation", file.pk).status_code == 200
    assert treasurer.act("transfer_file_confirmation", file.pk).status_code == 302
    assert now(organisation, payment).refunded == euro("20.00")
    assert "The money has been transferred" in text(client.get(link))
    assert treasurer.act("refund_returned", refund.pk, reason="Closed").status_code == 302
    assert now(organisation, payment).refunded == 0


def test_the_account_is_typed_at_once_and_a_wrong_one_refused(
    treasurer: Staff, organisation: Any, payment: Payment
) -> None:
    form = {"amount": "20.00", "how": "bank_file", "reason": "Ill"}

    wrong = treasurer.act("payment_refund", payment.pk, **form, holder="Ada", iban="NL00ABNA0417164300")
    half = treasurer.act("payment_refund", payment.pk, **form, holder="Ada", iban="")
    far = treasurer.act("payment_refund", payment.pk, **form, holder="Ada", iban="BR1500000000000010932840814P2")

    assert [errors(each).keys() for each in (wrong, half, far)] == [{"iban"}] * 3
    assert treasurer.act("payment_refund", payment.pk, **form, holder="Ada", iban=IBAN).status_code == 302
    with scope(organisation):
        assert Refund.objects.get().payee.holder == "Ada"


def test_staff_enter_the_account_that_the_payer_tells_them(
    treasurer: Staff, organisation: Any, payment: Payment
) -> None:
    refund = by_file(organisation, payment)

    assert treasurer.act("refund_account_request", refund.pk).status_code == 302
    assert treasurer.act("refund_account", refund.pk, holder="Ada", iban=IBAN).status_code == 302

    with scope(organisation):
        assert Message.objects.filter(template="payment-refund-account").count() == 2
        assert Refund.objects.ready_for_a_file().get().payee.given_by == treasurer.user


def test_a_file_is_thrown_away_and_its_refunds_are_ready_again(
    treasurer: Staff, organisation: Any, payment: Payment
) -> None:
    refund = by_file(organisation, payment, Account("Ada", IBAN))
    treasurer.act("refunds_by_file", refunds=[refund.pk], execute_on=f"{refund.created_at:%Y-%m-%d}")
    with scope(organisation):
        file = TransferFile.objects.get()

    again = treasurer.act("refunds_by_file", refunds=[refund.pk], execute_on=f"{refund.created_at:%Y-%m-%d}")
    assert again.status_code == 422
    assert treasurer.page("transfer_file_confirmation", file.pk).status_code == 404
    assert treasurer.act("transfer_file_discarding", file.pk).status_code == 302

    assert now(organisation, refund).state == "asked"
    assert "Ada" in text(treasurer.page("refunds_by_file"))


def test_in_another_currency_the_page_says_that_sepa_is_for_euro(treasurer: Staff, organisation: Any) -> None:
    organisation.currency = "PLN"
    organisation.save(update_fields=["currency"])

    assert "Banks take SEPA files for euro only" in text(treasurer.page("refunds_by_file"))


def test_another_organisations_secret_opens_nothing(client: Any, organisation: Any, payment: Payment) -> None:
    refund = by_file(organisation, payment)
    link = reverse("public:refund-account", urlconf=URLCONF, args=[refund.payee.secret])
    client.defaults["HTTP_HOST"] = f"{make.organisation().subdomain}.kring.localhost"

    assert client.get(link).status_code == 404
