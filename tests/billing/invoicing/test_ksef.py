"""KSeF, through the pretend one: checked before it is sent, sent once, its number on the PDF."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st
from ksef_client.documents.fa3.xml import FA3XmlValidationError, validate_fa3_xml_xsd
from ksef_client.utils.ksef_number import validate_ksef_number
from lxml import etree

from kring.billing.einvoicing import channels
from kring.billing.einvoicing.ksef import KsefKeys, certificates, client, fa3
from kring.billing.einvoicing.ksef.working_days import next_working_day
from kring.billing.invoicing import channel_accounts, crediting, delivering, documents
from kring.billing.invoicing.channel import ChannelKeysRefused, ChannelUnavailable, NotExpressible
from kring.billing.invoicing.contents import Contents, Party
from kring.billing.models import ChannelAccount, Invoice, InvoiceDelivery
from kring.billing.taxes import SMALL_SCHEME, ExemptionReason, exemption_of
from kring.billing.vat import TaxedLine
from kring.core.refusals import WrongState
from kring.core.tenancy import scope
from kring.core.ticking import tick
from kring.demo.counterparts import ksef as pretend
from kring.demo.counterparts.ksef import FA, NIP, TOKEN, Ksef
from kring.mail.models import Message
from tests import pdf as looking
from tests.billing.invoicing import paid
from tests.billing.invoicing.test_einvoice import amounts, contents, exempt, invoice, parties, texts
from tests.refusing import refuses
from tests.thorough import examples

pytestmark = pytest.mark.django_db
State = InvoiceDelivery.State
SELLER = Party("Hufiec", "Karmelicka 31", "31-131", "Kraków", "PL", "h@example.org", tax_number=NIP)
COMPANY = replace(paid.ADDRESS, country="PL", vat_number=f"PL{NIP}", postal_code="00-001", city="Warszawa")
PERSON = replace(COMPANY, company="", vat_number="")
KEYS = {"environment": "test", "nip": NIP, "token": TOKEN}
polish = st.builds(TaxedLine, amounts, st.sampled_from([Decimal(each) for each in (0, 5, 8, 23)]), st.just({}))


# What is sent


def fa(found: Contents, kind: str = Invoice.Kind.INVOICE, *, corrected: str = "", currency: str = "PLN") -> bytes:
    row = invoice(found, kind)
    row.currency = currency
    with translation.override("pl"):
        made = fa3.xml(row, found, corrected=corrected)
    validate_fa3_xml_xsd(made)
    return made


def of(lines: list[TaxedLine], **fields: object) -> Contents:
    with translation.override("pl"):
        return replace(contents(lines, **fields), seller=SELLER)


def text(made: bytes, name: str) -> str | None:
    return etree.fromstring(made).findtext(f".//{FA}{name}")


LINE = [TaxedLine(Decimal("123.00"), Decimal(23), {})]


@settings(max_examples=examples(200))
@given(
    lines=st.lists(polish | exempt, min_size=1, max_size=8),
    buyer=parties,
    due=st.none() | amounts,
    reference=texts,
    note=texts,
)
def test_the_schema_accepts_any_order(lines, buyer, due, reference, note):
    found = of(lines, buyer=replace(buyer, name=f"x{buyer.name}"), paid=due, reference=reference, note=note)

    made = fa(found)

    assert Decimal(text(made, "P_15")) == found.total
    sums = [each for each in etree.fromstring(made).iter() if etree.QName(each).localname[:5] in ("P_13_", "P_14_")]
    assert sum(Decimal(each.text) for each in sums) == found.total


@settings(max_examples=examples(100))
@given(lines=st.lists(polish | exempt, min_size=1, max_size=8), why=texts, number=st.sampled_from(["", "known"]))
def test_the_schema_accepts_any_correction(lines, why, number):
    corrected = number and pretend._number(NIP)
    found = of(lines, corrects="VG-2026-0041", corrects_of=date(2026, 11, 30), why=why)

    made = fa(found, Invoice.Kind.CREDIT, corrected=corrected)

    assert Decimal(text(made, "P_15")) == -found.total
    assert text(made, "RodzajFaktury") == "KOR" and text(made, "NrFaKorygowanej") == "VG-2026-0041"
    assert (text(made, "NrKSeFFaKorygowanej"), text(made, "NrKSeFN")) == ((corrected, None) if number else (None, "1"))


def test_the_schema_finds_what_is_wrong():
    """The negative control."""
    with pytest.raises(FA3XmlValidationError):
        validate_fa3_xml_xsd(fa(of(LINE)).replace(b"<P_12>23<", b"<P_12>21<"))


def test_prices_are_gross_and_the_tax_is_that_of_the_invoice():
    """123.03 at 23 % has no pair of net and VAT: the cent is in the net amount."""
    made = fa(of([TaxedLine(Decimal("0.03"), Decimal(23), {}), *LINE]))

    assert [text(made, name) for name in ("P_11A", "P_12", "P_13_1", "P_14_1", "P_15")] == [
        *("0.03", "23", "100.03", "23.00", "123.03")
    ]


@pytest.mark.parametrize(
    ("vat_number", "country", "found"),
    [
        (f"PL{NIP}", "PL", {"NIP": NIP}),
        ("DE136695976", "DE", {"KodUE": "DE", "NrVatUE": "136695976"}),
        ("", "PL", {"BrakID": "1"}),
        ("CHE123456789", "CH", {"BrakID": "1"}),
    ],
)
def test_a_buyer_is_named_by_what_they_have(vat_number, country, found):
    buyer = Party("Zoë", "Weg 2", "10115", "Berlin", country, "b@example.org", vat_number=vat_number)

    made = fa(of(LINE, buyer=buyer))

    identity = etree.fromstring(made).find(f"{FA}Podmiot2/{FA}DaneIdentyfikacyjne")
    assert {etree.QName(each).localname: each.text for each in identity} == found | {"Nazwa": "Zoë"}


@pytest.mark.parametrize(
    ("exemption", "field", "words"),
    [
        (exemption_of(ExemptionReason.SPORT), "P_19B", "art. 132 ust. 1 lit. m dyrektywy 2006/112/WE"),
        (
            {"code": "", "words": {"pl": "Zwolnienie: art. 43 ust. 1 pkt 31 ustawy o VAT"}},
            "P_19A",
            "Zwolnienie: art. 43",
        ),
        ({"code": "", "words": {"pl": "Bez VAT"}}, "P_19C", "Bez VAT"),
        ({"code": "", "words": {"en": str(SMALL_SCHEME)}}, "P_19A", "art. 113 ust. 1"),
    ],
)
def test_an_exemption_has_its_legal_basis(exemption, field, words):
    made = fa(of([TaxedLine(Decimal(10), Decimal(0), exemption)]))

    assert text(made, "P_19") == "1" and text(made, field).startswith(words)
    assert (text(made, "P_12"), text(made, "P_13_7")) == ("zw", "10.00")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"seller": replace(SELLER, tax_number="")}, "have a NIP"),
        ({"seller": replace(SELLER, country="NL")}, "have a NIP"),
        ({"buyer": replace(SELLER, name=" ")}, "has no name"),
    ],
)
def test_what_ksef_cannot_take_is_said_in_words(change, why):
    row = invoice(of(LINE))
    row.currency = "PLN"

    with pytest.raises(NotExpressible) as refusal, translation.override("en"):
        fa3.xml(row, replace(of(LINE), **change))

    assert why in str(refusal.value)


def test_vat_in_another_currency_is_refused_and_an_exempt_sale_is_not():
    with pytest.raises(NotExpressible) as refusal, translation.override("en"):
        fa3.xml(invoice(of(LINE)), of(LINE))
    assert "exchange rate" in str(refusal.value)
    with pytest.raises(NotExpressible), translation.override("en"):
        fa(of([TaxedLine(Decimal(121), Decimal(21), {})]))

    assert text(fa(of([TaxedLine(Decimal(10), Decimal(0), {})]), currency="EUR"), "KodWaluty") == "EUR"


# Sending it


@pytest.fixture
def ksef(settings):
    with Ksef() as there:
        settings.KSEF_URLS = dict.fromkeys(settings.KSEF_URLS, there.url)
        settings.KSEF_LINK_URLS = dict.fromkeys(settings.KSEF_LINK_URLS, there.url)
        yield there


@pytest.fixture
def club(organisation):
    """It sends everything to KSeF."""
    with scope(organisation):
        paid.sends_invoices(channel_for_companies="ksef", channel_for_others="ksef", tax_number=NIP)
    organisation.country, organisation.currency, organisation.vat_number = "PL", "PLN", f"PL{NIP}"
    organisation.save()
    return organisation


@pytest.fixture
def account(club, ksef):
    return channel_accounts.connect(club, "ksef", keys=KEYS, by=None)


@pytest.fixture
def made(club, account):
    """An invoice of a company, not sent yet."""
    with scope(club):
        return paid.invoiced(order(), COMPANY)


def order():
    found = paid.order([("123.00", "23")], currency="PLN", paid=False)
    paid.received(found, "123.00", currency="PLN")
    return found


def go(club, times: int = 2) -> None:
    """What the job does, with all pauses over."""
    for _ in range(times):
        with scope(club):
            InvoiceDelivery.objects.exclude(poll_at=None).update(poll_at=timezone.now())
        delivering.deliver_due(club.pk)


def delivery(club, of: Invoice) -> InvoiceDelivery:
    with scope(club):
        found: InvoiceDelivery = InvoiceDelivery.objects.select_related("invoice__organisation").get(invoice=of)
    return found


def sent(ksef) -> list:
    return list(ksef.kind("documents").values())


def test_it_is_accepted_with_number_and_receipt_and_only_then_emailed(club, ksef, made):
    with scope(club):
        assert not Message.objects.filter(template="invoice").exists()

    go(club)

    found = delivery(club, made)
    assert found.state == State.ACCEPTED and validate_ksef_number(found.number).is_valid
    assert found.number in found.receipt
    assert sent(ksef)[0]["xml"].encode() == bytes(found.document)
    assert found.digest == hashlib.sha256(found.document).hexdigest()
    go(club)
    with scope(club):
        assert Message.objects.filter(template="invoice").count() == 1
    assert len(sent(ksef)) == 1


def test_the_pdf_has_the_number_and_the_code_that_leads_to_it(club, ksef, made):
    with scope(club):
        before = documents.invoice_pdf(Invoice.objects.select_related("organisation").get(pk=made.pk))
    go(club)

    with scope(club):
        row = Invoice.objects.select_related("organisation").get(pk=made.pk)
        pdf, again = documents.invoice_pdf(row), documents.invoice_pdf(row)

    found = delivery(club, made)
    assert pdf == again and found.number in looking.text_of(pdf) and found.number not in looking.text_of(before)
    [link] = looking.codes_on(pdf)
    digest = base64.urlsafe_b64encode(bytes.fromhex(found.digest)).decode().rstrip("=")
    assert link == f"{ksef.url}/invoice/{NIP}/{made.issued_on:%d-%m-%Y}/{digest}"


def test_a_rejection_is_said_in_ksefs_words_and_no_email_goes(club, ksef, made):
    ksef.outcomes = ["reject", "accept"]

    go(club)

    found = delivery(club, made)
    assert found.state == State.REJECTED and "Nieprawidłowy numer NIP nabywcy. (KSeF 450)" in found.reason
    with scope(club):
        assert not Message.objects.filter(template="invoice").exists()
        delivering.send_again(found, channel="ksef", by=None)
    go(club)
    assert delivery(club, made).state == State.ACCEPTED


def test_it_is_asked_after_until_it_is_decided(club, ksef, made):
    ksef.outcomes = ["process"]
    go(club, 3)
    assert delivery(club, made).state == State.SENT

    ksef.finish()
    go(club)

    assert delivery(club, made).state == State.ACCEPTED and len(sent(ksef)) == 1


@pytest.mark.parametrize("mood", ["status 500", "status 503", "garbage", "empty", "redirect loop", "lost answer"])
def test_a_receiver_that_does_not_answer_is_tried_again(club, ksef, made, mood):
    ksef.behave(mood)
    go(club)

    found = delivery(club, made)
    assert found.is_open and found.last_error == "channel_unavailable" and found.poll_at > timezone.now()
    with scope(club):
        assert ChannelAccount.objects.get().state == "failing"

    ksef.behave("well")
    go(club)

    assert delivery(club, made).state == State.ACCEPTED and len(sent(ksef)) == 1
    with scope(club):
        assert ChannelAccount.objects.get().state == "working"


# The requests of one delivery: certificates, challenge, token, state, redeem; certificates, session, document, close.
TO_THE_DOCUMENT = 8


def test_a_gateway_that_finds_nothing_is_no_answer(club, ksef, made):
    ksef.behave(*["well"] * (TO_THE_DOCUMENT - 2), "status 404", "well")
    go(club, 1)

    assert delivery(club, made).last_error == "channel_unavailable"
    go(club)
    assert delivery(club, made).state == State.ACCEPTED and len(sent(ksef)) == 1


def test_an_answer_that_is_lost_leaves_one_invoice(club, ksef, made):
    """KSeF has it, and we do not know: it is found in its session."""
    ksef.behave(*["well"] * (TO_THE_DOCUMENT - 1), "lost answer", "well")
    go(club, 1)
    found = delivery(club, made)
    assert found.state == State.SENT and found.handle.count("/") == 1 and len(sent(ksef)) == 1

    go(club)

    assert delivery(club, made).state == State.ACCEPTED and len(sent(ksef)) == 1


def test_a_document_that_never_arrived_in_its_session_is_sent_again(club, ksef, made):
    ksef.behave(*["well"] * (TO_THE_DOCUMENT - 1), "status 500", "well")
    go(club, 1)
    ksef.kind("documents").clear()
    ksef.kind("sessions").clear()

    go(club)

    assert delivery(club, made).state == State.ACCEPTED


def test_a_worker_that_is_killed_before_it_noted_anything_issues_nothing_twice(club, ksef, made):
    """KSeF says it is a duplicate, and the original is ours to the byte."""
    go(club)
    number = delivery(club, made).number
    with scope(club):
        InvoiceDelivery.objects.update(state="waiting", handle="", number="", poll_at=timezone.now())

    go(club)

    assert delivery(club, made).number == number
    assert [each["code"] for each in sent(ksef)] == [200, 440]


def test_another_document_of_this_number_is_not_ours(club, ksef, made):
    go(club)
    with scope(club):
        InvoiceDelivery.objects.update(
            state="waiting", handle="", number="", document=None, digest="", poll_at=timezone.now()
        )
        Invoice.objects.get(pk=made.pk)
    sent(ksef)[0]["xml"] = "<another/>"

    go(club)

    found = delivery(club, made)
    assert found.state == State.REJECTED and "another document of this number" in found.reason


def test_an_answer_that_comes_twice_or_late_changes_nothing(club, ksef, made):
    go(club)
    found = delivery(club, made)

    with scope(club):
        delivering._note(found, delivering.Receipt("another"))
        delivering._note(found, delivering.Pending("another"))
        delivering._note(found, delivering.Rejected("A duplicate"))

    assert (delivery(club, made).state, delivery(club, made).number) == (State.ACCEPTED, found.number)


def test_what_staff_send_another_way_meanwhile_is_not_sent_to_ksef_too(club, ksef, made, monkeypatch):
    """While the worker signs in."""
    signed_in = client._authenticated

    def sign_in(*args):
        with scope(club):
            delivering.send_again(delivery(club, made), channel="mail", by=None)
        return signed_in(*args)

    monkeypatch.setattr(client, "_authenticated", sign_in)

    go(club, 1)

    assert sent(ksef) == [] and (delivery(club, made).channel, delivery(club, made).state) == ("mail", State.SENT)


def test_what_ksef_may_have_is_not_sent_another_way(club, ksef, made):
    """Who looked at the page before it was sent presses the button after."""
    found = delivery(club, made)
    go(club, 1)

    with scope(club), refuses(WrongState):
        delivering.send_again(found, channel="mail", by=None)


@pytest.mark.parametrize(("before", "after", "times"), [("production", "test", 1), ("test", "production", 2)])
def test_keys_of_another_environment_issue_nothing_twice(club, ksef, made, before, after, times):
    """What production may have is not sent elsewhere; what was only tried is issued."""
    with scope(club):
        ChannelAccount.objects.update(keys=KEYS | {"environment": before})
    ksef.outcomes = ["process"]
    go(club, 1)
    with scope(club):
        ChannelAccount.objects.update(keys=KEYS | {"environment": after})

    go(club, 1)

    assert len(sent(ksef)) == times
    assert delivery(club, made).handle.startswith("production/")


def test_a_number_of_another_environment_is_not_named(club, ksef, made):
    go(club)
    with scope(club):
        ChannelAccount.objects.update(keys=KEYS | {"environment": "production"})
        [note] = crediting.credit(made.order, amount=Decimal("23.00"))

    go(club)

    assert text(bytes(delivery(club, note).document), "NrKSeFN") == "1"


def test_a_correction_waits_for_the_number_of_its_invoice(club, ksef, made):
    with scope(club):
        [note] = crediting.credit(made.order, amount=Decimal("23.00"))
    ksef.outcomes = ["process"]
    go(club, 3)
    assert delivery(club, note).state == State.WAITING

    ksef.outcomes = ["accept"]
    ksef.finish()
    go(club, 4)

    found = delivery(club, note)
    assert found.state == State.ACCEPTED
    assert text(bytes(found.document), "NrKSeFFaKorygowanej") == delivery(club, made).number


def test_a_correction_of_an_invoice_that_went_another_way_says_so(club, ksef, made):
    with scope(club):
        InvoiceDelivery.objects.update(channel="mail", state="accepted", poll_at=None)
        [note] = crediting.credit(made.order, amount=Decimal("23.00"))
        InvoiceDelivery.objects.filter(invoice=note).update(channel="ksef", state="waiting", poll_at=timezone.now())

    go(club)

    assert text(bytes(delivery(club, note).document), "NrKSeFN") == "1"


def test_an_invoice_of_another_seller_is_refused_by_ksef(club, ksef, made):
    with scope(club):
        ChannelAccount.objects.update(keys=KEYS | {"nip": "7740001454"})

    go(club)

    assert "Nieprawidłowy zakres uprawnień" in delivery(club, made).reason


def test_keys_that_are_refused_stop_everything_and_staff_get_one_email(club, ksef, made):
    ksef.token = "another"
    go(club, 3)

    assert delivery(club, made).state == State.WAITING
    with scope(club):
        assert ChannelAccount.objects.get().state == "refused"
        assert Message.objects.filter(template="invoice-channel-refused").count() == 1


def test_what_kring_cannot_say_is_never_sent(club, ksef, account):
    with scope(club):
        wrong = paid.invoiced(paid.order([("121.00", "21")], currency="PLN"), COMPANY)

    go(club)

    assert delivery(club, wrong).state == State.REJECTED and sent(ksef) == []


def test_a_person_without_a_number_is_named_without(club, ksef, account):
    with scope(club):
        made = paid.invoiced(order(), PERSON)

    go(club)

    assert text(sent(ksef)[0]["xml"].encode(), "BrakID") == "1" and delivery(club, made).state == State.ACCEPTED


def test_the_tick_sends_what_is_due(club, ksef, made):
    from tests.jobs import work

    tick()
    work()

    assert len(sent(ksef)) == 1


# While it does not answer


@pytest.fixture(params=["ec", "rsa"])
def offline_key(request):
    kinds = {
        "ec": lambda: ec.generate_private_key(ec.SECP256R1()),
        "rsa": lambda: rsa.generate_private_key(65537, 2048),
    }
    return kinds[request.param]()


@pytest.fixture
def made_offline(club, ksef, offline_key):
    """KSeF has not answered for a while, and the club has a certificate for that."""
    certificate, private_key = pem(offline_key)
    form = KsefKeys({**KEYS, "offline_certificate": certificate, "offline_key": private_key, "password": "secret"})
    assert form.is_valid()
    channel_accounts.connect(club, "ksef", keys=form.cleaned_data, by=None)
    with scope(club):
        made = paid.invoiced(order(), COMPANY)
    ksef.behave("status 503")
    go(club, 3)
    return made


def test_an_invoice_that_waits_too_long_is_issued_offline_with_two_codes(club, ksef, made_offline, offline_key):
    found = delivery(club, made_offline)
    assert found.is_open and found.offline_at and found.due_on == next_working_day(made_offline.issued_on)
    with scope(club):
        assert Message.objects.filter(template="invoice").count() == 1
        row = Invoice.objects.select_related("organisation").get(pk=made_offline.pk)
        pdf, again = documents.invoice_pdf(row), documents.invoice_pdf(row)

    assert pdf == again and "OFFLINE" in looking.text_of(pdf) and "CERTYFIKAT" in looking.text_of(pdf)
    links = looking.codes_on(pdf)
    assert len(links) == 2 and f"{ksef.url}/invoice/{NIP}/" in "".join(links) and found.certificate_link in links
    signed, _slash, signature = found.certificate_link.partition("://")[2].rpartition("/")
    verify(offline_key.public_key(), base64.urlsafe_b64decode(signature + "=="), signed.encode())


def verify(key, signature: bytes, signed: bytes) -> None:
    """As KSeF does; raises InvalidSignature."""
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, signed, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    else:
        r, s = (int.from_bytes(part, "big") for part in (signature[:32], signature[32:]))
        key.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))


def test_it_is_sent_as_an_offline_one_when_ksef_answers_and_not_emailed_again(club, ksef, made_offline):
    ksef.behave("well")

    go(club)

    found = delivery(club, made_offline)
    assert found.state == State.ACCEPTED and [each["is_offline"] for each in sent(ksef)] == [True]
    with scope(club):
        assert Message.objects.filter(template="invoice").count() == 1
        row = Invoice.objects.select_related("organisation").get(pk=made_offline.pk)
        text_there = looking.text_of(documents.invoice_pdf(row))
    assert found.number in text_there and "OFFLINE" not in text_there


def test_staff_are_told_once_when_the_last_day_to_send_it_is_there(club, ksef, made_offline):
    with scope(club):
        assert not Message.objects.filter(template="invoices-due").exists()
        InvoiceDelivery.objects.update(due_on=timezone.localdate())

    go(club, 3)

    with scope(club):
        assert Message.objects.filter(template="invoices-due").count() == 1
        assert InvoiceDelivery.objects.waiting_for_staff().count() == 1


def test_an_old_invoice_or_an_expired_certificate_issues_nothing_offline(club, ksef, made_offline, monkeypatch):
    found = delivery(club, made_offline)
    with scope(club):
        keys = ChannelAccount.objects.get().keys
        assert channels()["ksef"].issue_offline(found, keys) is not None
        found.invoice.issued_on = timezone.localdate() - timedelta(days=20)
        assert channels()["ksef"].issue_offline(found, keys) is None

    found.invoice.issued_on = timezone.localdate() + timedelta(days=900)
    monkeypatch.setattr(timezone, "now", lambda now=timezone.now: now() + timedelta(days=900))
    assert channels()["ksef"].issue_offline(found, keys) is None


def test_what_was_issued_offline_is_sent_to_ksef_and_no_other_way(club, ksef, made_offline):
    found = delivery(club, made_offline)

    with scope(club):
        with refuses(WrongState):
            delivering.send_again(found, channel="mail", by=None)
        delivering.send_again(found, channel="ksef", by=None)
    ksef.behave("well")
    go(club)

    assert delivery(club, made_offline).state == State.ACCEPTED
    assert [each["is_offline"] for each in sent(ksef)] == [True]


def test_without_a_certificate_for_it_nothing_is_issued_offline(club, ksef, made):
    ksef.behave("status 503")

    go(club, 4)

    assert delivery(club, made).offline_at is None
    with scope(club):
        assert not Message.objects.filter(template="invoice").exists()


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2026, 11, 27), date(2026, 11, 30)),
        (date(2026, 12, 23), date(2026, 12, 28)),
        (date(2026, 4, 3), date(2026, 4, 7)),
        (date(2027, 5, 26), date(2027, 5, 28)),
    ],
)
def test_the_next_working_day_leaves_out_weekends_and_holidays(day, following):
    assert next_working_day(day) == following


# Its account


def test_keys_are_tried_when_they_are_entered(club, ksef):
    with refuses(ChannelKeysRefused):
        channel_accounts.connect(club, "ksef", keys=KEYS | {"token": "wrong"}, by=None)
    ksef.behave("status 500")
    with refuses(ChannelUnavailable):
        channel_accounts.connect(club, "ksef", keys=KEYS, by=None)

    with scope(club):
        assert not ChannelAccount.objects.exists()


def pem(key) -> tuple[str, str]:
    certificate = pretend.self_signed(key).public_bytes(serialization.Encoding.PEM).decode()
    form = serialization.PrivateFormat.PKCS8
    locked = serialization.BestAvailableEncryption(b"secret")
    return certificate, key.private_bytes(serialization.Encoding.PEM, form, locked).decode()


def test_a_certificate_signs_in_too(club, ksef):
    certificate, private_key = pem(ec.generate_private_key(ec.SECP256R1()))
    data = {"environment": "test", "nip": NIP, "certificate": certificate, "private_key": private_key}

    form = KsefKeys(data | {"password": "secret"})
    assert form.is_valid() and "ENCRYPTED" not in form.cleaned_data["private_key"]
    account = channel_accounts.connect(club, "ksef", keys=form.cleaned_data, by=None)

    assert account.name == f"NIP {NIP} (test)"


def test_keys_that_do_not_fit_are_refused_beside_their_field(club):
    certificate, private_key = pem(ec.generate_private_key(ec.SECP256R1()))
    other = pem(ec.generate_private_key(ec.SECP256R1()))[1]
    data = {"environment": "test", "nip": NIP, "certificate": certificate, "private_key": private_key}

    assert list(KsefKeys(data | {"password": "wrong"}).errors) == ["private_key"]
    assert list(KsefKeys(data | {"private_key": other, "password": "secret"}).errors) == ["private_key"]
    assert list(KsefKeys(data | {"certificate": "x"}).errors) == ["certificate"]
    assert list(KsefKeys({"environment": "test", "nip": NIP}).errors) == ["__all__"]
    assert list(KsefKeys({**KEYS, "offline_certificate": "x"}).errors) == ["offline_certificate"]
    with pytest.raises(certificates.Unreadable):
        certificates.read(certificate, "", "")


def test_its_keys_are_encrypted(club, account):
    from django.db import connection

    with scope(club), connection.cursor() as cursor:
        cursor.execute("SELECT keys FROM billing_channelaccount")
        assert TOKEN not in cursor.fetchone()[0]


def test_it_is_a_channel_like_the_others():
    assert set(channels().keys()) == {"file", "ksef", "mail"}
