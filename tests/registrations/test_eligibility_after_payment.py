"""Rules that are checked after payment (V1): a person decides over the money; a silent registry is queried again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.accounts.models import Role
from kring.billing import settling
from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.events.eligibility import reference
from kring.events.models import EligibilityRule, RegistryAnswer
from kring.forms.models import Form, FormVersion, Submission
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.payments.models import Payment
from kring.places.models import Hold
from kring.registrations import booking, deciding, eligibility_after_payment
from kring.registrations.applicants import applicant_of
from kring.registrations.booking import Attendee
from kring.registrations.models import EligibilityResult, Registration, Ticket
from tests import make
from tests.fakes.registry import Registry
from tests.payments.ordering import fresh, order

pytestmark = pytest.mark.django_db


def demand(made, key, **settings):
    attraction = Registration.objects.get(line__order=made).attraction
    EligibilityRule.objects.create(attraction=attraction, key=key, settings=settings, stage="after")


def pay(made):
    return settling.settle(fresh(made))


def mails():
    return sorted(Message.objects.values_list("template", "recipient"))


def verdict():
    found = EligibilityResult.objects.get()
    return found.outcome, [reason["code"] for reason in found.reasons]


@pytest.fixture
def paid_by_a_stranger(in_scope):
    """Members only, and that is looked at after payment."""
    make.staff(Role.Name.TREASURER, email="treasurer@example.org")
    made = order()
    demand(made, "member")
    return pay(made)


def test_who_is_refused_after_payment_waits_for_the_organiser_and_both_are_told(paid_by_a_stranger):
    assert paid_by_a_stranger.state == Order.State.UNDECIDED
    assert verdict() == ("refused", ["not_a_member"])
    assert mails() == [("not-eligible", "ada@example.org"), ("not-eligible-staff", "treasurer@example.org")]
    assert "This is for members only" in Message.objects.get(template="not-eligible").text
    assert not Ticket.objects.exists()


def test_her_place_is_kept_while_the_organiser_decides(paid_by_a_stranger):
    hold = Hold.objects.get()

    assert (hold.released_at, hold.expires_at) == (None, None)


def test_she_may_come_anyway_and_the_log_says_why(paid_by_a_stranger):
    decided = deciding.give_places(paid_by_a_stranger, reason="A guest of honour")

    assert decided.state == Order.State.PAID
    assert Ticket.objects.count() == 1
    assert verdict() == ("waived", ["not_a_member"])
    assert AuditEntry.objects.get(action="registration.rules_waived").new == {"reason": "A guest of honour"}


def test_or_her_money_goes_back_and_the_place_with_it(paid_by_a_stranger):
    decided = deciding.give_back(paid_by_a_stranger, reason="Members only", by=make.user())

    assert decided.state == Order.State.CANCELLED
    assert Hold.objects.get().released_at is not None


def test_who_is_eligible_gets_the_ticket_at_once(in_scope):
    made = order()
    demand(made, "member")
    make.staff(Role.Name.MEMBER, email="ada@example.org")
    Registration.objects.update(proved_email="ada@example.org")

    assert pay(made).state == Order.State.PAID
    assert not EligibilityResult.objects.exists()


def test_a_typed_address_of_a_member_is_no_proof(in_scope):
    made = order()
    demand(made, "member")
    make.staff(Role.Name.MEMBER, email="ada@example.org")

    pay(made)

    assert verdict() == ("refused", ["not_a_member"])


def test_the_account_that_a_typed_address_leads_to_is_no_login(in_scope):
    """Once completed everybody has an account; a rule that is checked later must not take it for proof."""
    member = make.staff(Role.Name.MEMBER, email="ada@example.org")
    made = order()
    assert pay(made).state == Order.State.PAID
    [registration] = Registration.objects.of_order(made)
    assert registration.attendee == member

    assert applicant_of(registration).user is None


def test_rules_before_payment_are_not_asked_again_after_it(in_scope):
    made = order()
    attraction = Registration.objects.get(line__order=made).attraction
    EligibilityRule.objects.create(attraction=attraction, key="member", stage="before")

    assert pay(made).state == Order.State.PAID


def test_completing_by_hand_lets_her_come_too(in_scope):
    made = order()
    demand(made, "member")

    assert deciding.complete_by_hand(made, reason="Paid in cash to a guest").state == Order.State.PAID
    assert verdict() == ("waived", ["not_a_member"])


def test_it_costs_nothing_where_nothing_is_asked_after_payment(in_scope, django_assert_num_queries):
    registrations = list(
        Registration.objects.filter(line__order=order()).annotate(is_judged=eligibility_after_payment.IS_JUDGED)
    )

    with django_assert_num_queries(0):
        assert eligibility_after_payment.may_come(registrations)


class TestWithARegistry:
    """Over real HTTP, between real transactions."""

    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.fixture
    def registry(self, settings):
        settings.PRIVATE_HOSTS = ["127.0.0.1"]
        with Registry() as running:
            yield running

    @pytest.fixture
    def waiting(self, organisation, registry):
        """Paid; a registry that has not been queried yet must decide whether the attendee may come."""
        with scope(organisation):
            made = order()
            demand(made, "registry", address=registry.url, token=reference.TOKEN)
            version = FormVersion.objects.create(form=Form.objects.create(name="Basic", purpose="basic"))
            submission = Submission.objects.create(version=version, answers=reference.PEOPLE[0])
            Registration.objects.update(basic=submission)
            Payment.objects.create(
                order=made, method="transfer", amount=made.total, currency="EUR", reference="A", state="paid",
                settled_at=timezone.now(),
            )  # fmt: skip
            return pay(made)

    def ask(self, waiting):
        eligibility_after_payment.ask_again(waiting.organisation_id, waiting.pk)
        with scope(waiting.organisation_id):
            return fresh(waiting).state, *verdict(), [template for template, _to in mails()]

    def test_it_waits_until_the_registry_was_asked(self, waiting):
        with scope(waiting.organisation_id):
            assert (waiting.state, *verdict(), mails()) == ("undecided", "waiting", ["not_asked"], [])

    def test_found_completes_it(self, waiting):
        state, outcome, codes, templates = self.ask(waiting)

        assert (state, outcome, codes) == ("paid", "eligible", [])
        assert "ticket" in templates

    def test_not_found_leaves_it_to_the_organiser(self, waiting, registry):
        registry.people = []

        assert self.ask(waiting) == ("undecided", "refused", ["not_found"], ["not-eligible"])

    def test_down_is_tried_again_by_the_clock_until_it_answers(self, waiting, registry):
        registry.behave("status 500")
        assert self.ask(waiting) == ("undecided", "waiting", ["registry_down"], [])
        registry.behave("well")
        with scope(waiting.organisation_id):
            assert eligibility_after_payment.ask_registries_due() == 0
            past = timezone.now() - timedelta(minutes=6)
            EligibilityResult.objects.update(decided_at=past)
            RegistryAnswer.objects.update(asked_at=past)
            assert eligibility_after_payment.ask_registries_due() == 1
            assert eligibility_after_payment.ask_registries_due() == 0

        assert self.ask(waiting)[0] == "paid"

    def test_what_staff_decided_meanwhile_stays(self, waiting):
        with scope(waiting.organisation_id):
            deciding.give_back(waiting, reason="Too long", by=make.user())

        eligibility_after_payment.ask_again(waiting.organisation_id, waiting.pk)

        with scope(waiting.organisation_id):
            assert fresh(waiting).state == Order.State.CANCELLED
            assert not EligibilityResult.objects.exists()


def test_whom_staff_let_come_nobody_else_comes_in_the_place_of(paid_by_a_stranger):
    deciding.give_places(paid_by_a_stranger, reason="Guest of honour")
    again = settling.reopen(paid_by_a_stranger, reason="The cheque bounced")

    who = [Attendee(False, "Eve", "eve@example.org")]
    booking.assign(again, buyer_name="Ada", buyer_email="ada@example.org", attendees=who)
    Registration.objects.get().finish_filling_in()

    assert pay(again).state == Order.State.UNDECIDED
