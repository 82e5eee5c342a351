"""The bill of a payer behind its secret link, and what a person sees of contributions in the portal (C2, M3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kring.core.tenancy import scope
from kring.dues import billing_together, receiving
from kring.dues.models import Contribution, DuesPaymentOption, DuesSettings
from kring.mail import attachments
from kring.members.models import Guardian, Guardianship, Member
from kring.payments.models import Payment
from tests import make
from tests.dues import owing
from tests.pdf import text_of


@pytest.fixture
def visitor(organisation):
    return Client(headers={"host": f"{organisation.subdomain}.kring.localhost"})


@pytest.fixture
def made(organisation):
    with scope(organisation):
        DuesPaymentOption.objects.create(
            method="transfer", settings={"account": "NL91ABNA0417164300", "holder": "Club"}
        )
        return owing.contribution("80.00", member=make.member(first_name="Ada", email="ada@example.org"))


def bill(one):
    return f"/contributions/{one.order.secret}/"


def state(organisation, one):
    with scope(organisation):
        found = Contribution.objects.get(pk=one.pk)
        return found.state, str(found.left)


def test_the_page_says_what_it_is_for_and_has_no_word_of_tickets(visitor, made):
    page = visitor.get(bill(made)).content.decode()

    assert "Ada Jansen" in page and "€80.00" in page and "Bank transfer" in page
    assert "ticket" not in page.partition("<main")[2].partition("</main")[0].lower()
    assert visitor.get(bill(made) + "bill.pdf").content.startswith(b"%PDF-")


def test_a_transfer_is_explained_and_the_bill_stays_open(organisation, visitor, made):
    answer = visitor.post(bill(made), {"how_much": "all", "method": "transfer", "seen": "80.00"}, follow=True)

    page = answer.content.decode()
    assert "NL91 ABNA 0417 1643 00" in page and made.order.number in page
    assert "reserved" not in page
    assert state(organisation, made) == ("open", "80.00")


def test_in_parts_the_first_is_asked_for_and_the_bill_is_not_complete_with_it(organisation, visitor, made):
    with scope(organisation):
        DuesSettings.objects.create(instalments=4)

    visitor.post(bill(made), {"how_much": "plan", "method": "transfer", "seen": "80.00"})

    with scope(organisation):
        payment = Payment.objects.get()
        assert payment.amount == 20
        receiving.receive(made.order, amount=payment.amount, by=None)
    assert state(organisation, made) == ("part_paid", "60.00")
    page = visitor.get(bill(made)).content.decode()
    assert "The next instalment" in page and "€60.00" in page


@pytest.mark.parametrize("amount", ["80.01", "0.00", "-1"])
def test_more_than_is_open_and_nothing_are_refused(organisation, visitor, made, amount):
    sent = {"how_much": "other", "amount": amount, "method": "transfer", "seen": "80.00"}

    assert visitor.post(bill(made), sent).status_code == 422
    with scope(organisation):
        assert not Payment.objects.exists()


def test_a_paid_bill_is_a_receipt(organisation, visitor, made):
    with scope(organisation):
        receiving.receive(made.order, amount=made.amount, by=None)

    page = visitor.get(bill(made)).content.decode()

    assert "Your contribution is paid" in page and "Continue to payment" not in page


def test_links_to_the_order_lead_to_the_bill_and_other_pages_of_orders_are_not_found(visitor, made):
    order = f"/orders/{made.order.secret}/"

    for page in (order, f"{order}payment/", f"{order}rest/"):
        assert visitor.get(page).headers["Location"] == bill(made)
    for page in ("attendees/", "cancellation/", "buyer/", "pay-link/", "tickets.pdf"):
        assert visitor.get(order + page).status_code == 404
    assert visitor.post(f"{order}payment/", {}).status_code == 404


def test_an_order_of_an_event_is_no_bill(organisation, visitor):
    from tests.payments import ordering

    with scope(organisation):
        order = ordering.order()

    assert visitor.get(f"/contributions/{order.secret}/").status_code == 404


def test_the_bill_of_another_organisation_is_not_found(made):
    other = make.organisation()
    stranger = Client(headers={"host": f"{other.subdomain}.kring.localhost"})

    assert stranger.get(bill(made)).status_code == 404
    assert stranger.post(bill(made), {"how_much": "all", "method": "transfer"}).status_code == 404


class TestOthersWhoHaveTheLink:
    """A second guardian, or anybody the link was passed on to."""

    @pytest.fixture
    def street(self, organisation):
        with scope(organisation):
            eva = make.user("eva@example.org", name="Eva")
            payer = make.member(first_name="Eva", email="eva@example.org", street="Secret Lane", city="Zeist")
            Member.objects.filter(pk=payer.pk).update(user=eva)
            return eva, owing.contribution("80.00", member=payer)

    def test_see_nothing_of_other_bills_it_was_put_together_with(self, organisation, visitor, made):
        with scope(organisation):
            member = made.member
            other = owing.contribution("25.00", member=member, kind="entry", bill="entry", words="Entry of somebody")
            order = billing_together.join(made.payer, by=None)

        for old in (bill(made), f"{bill(made)}bill.pdf"):
            answer = visitor.get(old)
            page = answer.content.decode()
            assert answer.status_code == 404 and "when it is put together with other bills" in page
            assert "Ada" not in page and "Entry" not in page
        over = visitor.get(bill(other)).content.decode()
        assert f"Now on bill {order.number}" in over and order.secret not in over
        assert "Entry of somebody" not in over and "80.00" not in over
        page = visitor.get(f"/contributions/{order.secret}/").content.decode()
        assert "Entry of somebody" in page and "€105.00" in page

    def test_do_not_read_where_the_payer_lives(self, organisation, visitor, street):
        eva, one = street
        with scope(organisation):
            stranger = make.user("jan@example.org")
        document = f"{bill(one)}bill.pdf"
        assert "Secret Lane" not in text_of(visitor.get(document).content)
        visitor.force_login(stranger)
        assert "Secret Lane" not in text_of(visitor.get(document).content)

        visitor.force_login(eva)

        assert "Secret Lane" in text_of(visitor.get(document).content)

    def test_the_payers_email_and_their_receipt_have_it(self, organisation, visitor, street):
        eva, one = street
        visitor.force_login(eva)
        assert "Secret Lane" in text_of(visitor.get(f"/portal/dues/{one.pk}/receipt.pdf").content)
        with scope(organisation):
            assert "Secret Lane" in text_of(attachments.make({"kind": "contribution-bill", "id": one.order_id}).content)


class TestInThePortal:
    @pytest.fixture
    def family(self, organisation):
        """Eva, a guardian with a login, and a child; and a child of others."""
        with scope(organisation):
            eva = make.user("eva@example.org", name="Eva")
            guardian = Guardian.objects.create(user=eva, name="Eva Jansen", email="eva@example.org")
            born = timezone.localdate() - timedelta(days=365 * 9)
            liv = make.member(first_name="Liv", birth_date=born)
            Guardianship.objects.create(guardian=guardian, child=liv)
            other = make.member(first_name="Stranger")
            return eva, owing.contribution("80.00", member=liv), owing.contribution("70.00", member=other)

    def page(self, organisation, user):
        person = Client(headers={"host": f"{organisation.subdomain}.kring.localhost"})
        person.force_login(user)
        return person.get("/portal/dues/").content.decode()

    def test_a_guardian_sees_the_children_they_may_pay_for_and_nobody_elses(self, organisation, family):
        eva, _mine, _theirs = family

        page = self.page(organisation, eva)

        assert "Liv Jansen" in page and "Stranger" not in page and "View and pay" in page

    def test_not_what_they_may_not_pay_for_unless_they_pay_it(self, organisation, family):
        _eva, _mine, _theirs = family
        with scope(organisation):
            other = make.user("uncle@example.org")
            guardian = Guardian.objects.create(user=other, name="Uncle")
            Guardianship.objects.create(guardian=guardian, child=_mine.member, may_pay=False)

        assert "Liv Jansen" not in self.page(organisation, other)

    def test_what_was_paid_has_a_receipt(self, organisation, family):
        eva, mine, theirs = family
        with scope(organisation):
            receiving.receive(mine.order, amount=mine.amount, by=None)
        person = Client(headers={"host": f"{organisation.subdomain}.kring.localhost"})
        person.force_login(eva)

        assert person.get(f"/portal/dues/{mine.pk}/receipt.pdf").content.startswith(b"%PDF-")
        assert person.get(f"/portal/dues/{theirs.pk}/receipt.pdf").status_code == 404

    def test_all_is_paid_together(self, organisation, family):
        eva, mine, _theirs = family
        with scope(organisation):
            more = owing.contribution("25.00", member=mine.member, kind="entry", bill="entry")
        person = Client(headers={"host": f"{organisation.subdomain}.kring.localhost"})
        person.force_login(eva)
        assert "Pay all together" in self.page(organisation, eva)

        answer = person.post("/portal/dues/together/", follow=True)

        assert "€105.00" in answer.content.decode()
        with scope(organisation):
            assert {each.order_id for each in Contribution.objects.filter(pk__in=[mine.pk, more.pk])} == {mine.order_id}
