"""A ticket costs what rules, facts and clock of the moment say at which its places are held (D2, R4)."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from kring.billing import settling
from kring.billing.models import Order
from kring.events.models import PriceRule
from kring.members import households
from kring.organisations.models import AuditEntry
from kring.payments import paying
from kring.payments.free_of_charge import complete_for_free
from kring.payments.models import Payment
from kring.places.models import Pool
from kring.registrations import cancelling, columns, correcting, exporting, filling, pricing, proving, refusals
from kring.registrations.booking import Attendee, assign, book
from kring.registrations.correcting import Correction
from kring.registrations.filtering import RegistrationFilter
from kring.registrations.listing import Listing
from kring.registrations.models import Registration
from tests import make
from tests.payments.ordering import fresh, let_expire, start
from tests.refusing import refuses
from tests.registrations.answering import form_of, submit
from tests.registrations.price_rules import attraction, rule, student

pytestmark = pytest.mark.usefixtures("in_scope")

MYSELF = Attendee(myself=True)
ACCOUNT = {"account": "NL91ABNA0417164300", "holder": "Club"}


def marie(profession: str = "student", **fields: Any) -> Attendee:
    return Attendee(
        **{"myself": False, "name": "Marie", "email": "marie@example.org", "profession": profession} | fields
    )


def ordered(of: Any, tickets: int = 1) -> Order:
    return fresh(book(of.event, {of.ticket_types.get().pk: tickets}, language="en"))


def named(order: Order, *attendees: Attendee, **fields: Any) -> Order:
    return assign(order, **{"buyer_name": "Jan", "buyer_email": "jan@example.org", "attendees": attendees} | fields)


def prices(order: Order) -> list[str]:
    return [str(line.amount) for line in order.lines.order_by("position").all()]


def reasons(order: Order) -> list[str]:
    return [line.why for line in fresh(order).lines.order_by("position")]


def test_a_student_pays_less_as_soon_as_she_is_named_and_the_buyer_does_not():
    gala = attraction()
    student(gala.event)
    order = ordered(gala, tickets=2)
    assert prices(order) == ["60.00", "60.00"]

    order = named(order, MYSELF, marie())

    assert prices(fresh(order)) == ["60.00", "36.00"]
    assert reasons(order) == ["", "Student"]
    assert fresh(order).total == Decimal("96.00")
    [line] = [each for each in order.lines.all() if each.trace]
    assert (line.price_before, [each.amount for each in line.applied]) == (Decimal("60.00"), [Decimal("-24.00")])


def test_the_new_price_and_its_reason_are_in_the_log_of_the_order():
    gala = attraction()
    student(gala.event)

    order = named(ordered(gala), marie())

    [entry] = AuditEntry.objects.filter(action="order.priced_anew", subject_id=str(order.pk))
    [(line, price)] = [(key, value) for key, value in entry.new.items() if key != "total"]
    assert (entry.old["total"], entry.new["total"], entry.old[line]) == ("60.00", "36.00", "60.00")
    assert price == "36.00 (Student)"


def test_an_unproven_profession_changes_no_price():
    gala = attraction()
    make.professions("student", proof="address", domains=["uw.edu.pl"])
    student(gala.event)

    typed = named(ordered(gala), marie(email="marie@uw.edu.pl"))
    proved = named(ordered(gala), marie(email="marie@uw.edu.pl", is_email_proved=True))

    assert (prices(fresh(typed)), prices(fresh(proved))) == (["60.00"], ["36.00"])


def test_whoever_comes_instead_pays_by_their_own_facts():
    gala = attraction()
    student(gala.event)
    order = named(ordered(gala), marie())

    order = named(fresh(order), Attendee(myself=False, name="Piet", email="piet@example.org"))

    assert (prices(fresh(order)), reasons(order)) == (["60.00"], [""])


def test_a_members_price_is_for_a_login_or_a_proven_address_never_for_a_typed_one():
    gala = attraction()
    rule(gala.event, "member", amount="50")
    ada = make.member(first_name="Ada", last_name="Lovelace", email="ada@example.org")
    ada_herself = make.user("ada@example.org", name="Ada Lovelace")
    who = {"buyer_name": "Ada Lovelace", "buyer_email": "ada@example.org"}

    typed = named(ordered(gala), MYSELF, **who)
    assert prices(fresh(typed)) == ["60.00"]

    proving.prove(Registration.objects.get(line__order=typed))
    assert (prices(fresh(typed)), fresh(typed).total) == (["30.00"], Decimal("30.00"))

    settling.cancel(fresh(typed), reason="Again")
    ada.user = ada_herself
    ada.save()
    by_login = named(ordered(gala), MYSELF, user=ada_herself, **who)
    assert prices(fresh(by_login)) == ["30.00"]

    # For somebody else she is no proof.
    for_bob = named(ordered(gala), marie("", name="Bob"), user=ada_herself, **who)
    assert prices(fresh(for_bob)) == ["60.00"]


def test_a_member_pays_the_members_price_once_however_many_orders():
    gala = attraction()
    rule(gala.event, "member", amount="50")
    ada = make.staff("member", name="Ada", email="ada@example.org")
    who = {"user": ada, "buyer_name": "Ada", "buyer_email": "ada@example.org"}
    first = named(ordered(gala), MYSELF, **who)
    assert prices(fresh(first)) == ["30.00"]

    second = named(ordered(gala), MYSELF, **who)
    assert prices(fresh(second)) == ["60.00"]
    # Entered again, her first one stays what it is.
    assert prices(fresh(named(fresh(first), MYSELF, **who))) == ["30.00"]

    let_expire(first)
    assert prices(fresh(named(fresh(second), MYSELF, **who))) == ["30.00"]


@pytest.mark.parametrize(
    ("typed", "costs"),
    [
        ("Ada Lovelace", "30.00"),
        ("ada", "30.00"),
        ("A. LOVELACE", "30.00"),
        ("Ada King", "30.00"),
        ("Bob Babbage", "60.00"),
    ],
)
def test_myself_under_the_name_of_somebody_else_is_somebody_else(typed, costs):
    gala = attraction()
    rule(gala.event, "member", amount="50")
    login = make.user("ada@example.org", name="Ada Lovelace")
    ada = make.member(first_name="Ada", last_name="Lovelace")
    ada.user = login
    ada.save()
    me = Attendee(myself=True, member=ada.pk)

    order = named(ordered(gala), me, user=login, buyer_name=typed, buyer_email="ada@example.org")

    assert prices(fresh(order)) == [costs]


def test_sisters_who_share_an_address_each_pay_the_members_price():
    gala = attraction()
    rule(gala.event, "member", amount="50")
    for name in ("Ada", "Eva"):
        make.member(first_name=name, last_name="Jansen", email="home@example.org")
        order = named(ordered(gala), MYSELF, buyer_name=f"{name} Jansen", buyer_email="home@example.org")
        proving.prove(Registration.objects.get(line__order=order))
        assert prices(fresh(order)) == ["30.00"]


def test_a_member_pays_the_members_price_once_however_many_tickets_are_for_themselves():
    gala = attraction()
    rule(gala.event, "member", amount="50")
    ada = make.staff("member", name="Ada", email="ada@example.org")
    who = {"user": ada, "buyer_name": "Ada", "buyer_email": "ada@example.org"}
    order = ordered(gala, tickets=3)

    assert prices(named(order, MYSELF, MYSELF, MYSELF, **who)) == ["30.00", "60.00", "60.00"]
    assert prices(named(fresh(order), marie(""), MYSELF, MYSELF, **who)) == ["60.00", "30.00", "60.00"]


def test_a_guardian_pays_the_members_price_for_a_child_who_is_one():
    gala = attraction()
    rule(gala.event, "member", amount="50")
    parent = make.user("parent@example.org")
    child = make.member(first_name="Kim", last_name="Vos", birth_date=date(2018, 5, 1))
    guardian = households.add_guardian(None, name="Eva Vos", email=parent.email, user=parent)
    households.entrust(guardian, child)
    kim = marie("", name="Kim Vos", email="parent@example.org", member=child.pk)

    order = named(ordered(gala, tickets=2), MYSELF, kim, user=parent)

    # She herself is no member.
    assert prices(fresh(order)) == ["60.00", "30.00"]


def test_the_age_on_the_first_day_is_that_of_whoever_comes():
    gala = attraction(form=form_of({"birth_date": "date"}).form)
    rule(gala.event, "age", settings={"youngest": None, "oldest": 11})
    order = named(ordered(gala, tickets=2), MYSELF, marie(""))
    rows = list(Registration.objects.of_order(order).select_related("line__order", "attraction", "event", "hold"))
    born = {rows[0]: "1980-01-01", rows[1]: (timezone.localdate() - timedelta(days=8 * 365)).isoformat()}

    for each, day in born.items():
        filling.answer(each, filling.requested_forms([each])[each.pk], basic=None, own={"birth_date": day})

    assert prices(fresh(order)) == ["60.00", "36.00"]
    assert fresh(order).total == Decimal("96.00")


def test_an_early_bird_that_ends_while_the_places_are_held_keeps_its_price(monkeypatch):
    gala = attraction()
    ends = timezone.now() + timedelta(minutes=10)
    rule(
        gala.event, "dates", "amount_off", "15", name="Early bird", settings={"after": None, "before": ends.isoformat()}
    )
    student(gala.event, combines=True)
    order = ordered(gala)
    assert prices(order) == ["45.00"]

    with_time_gone(monkeypatch, minutes=20)
    order = named(order, marie())

    # Also what becomes known of her later is worked out by the clock of holding.
    assert (prices(fresh(order)), reasons(order)) == (["27.00"], ["Early bird, Student"])
    assert prices(ordered(gala)) == ["60.00"]


def with_time_gone(monkeypatch: Any, **delta: Any) -> None:
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(**delta))


def test_a_rule_that_is_changed_changes_no_order_that_has_its_places():
    gala = attraction()
    cheaper = student(gala.event)
    order = ordered(gala, tickets=2)
    PriceRule.objects.filter(pk=cheaper.pk).update(amount=Decimal("10"), names={"en": "Somebody else"})

    order = named(order, MYSELF, marie())

    assert (prices(fresh(order)), reasons(order)) == (["60.00", "36.00"], ["", "Student"])
    PriceRule.objects.all().delete()
    assert reasons(order) == ["", "Student"]


def test_a_price_of_the_ticket_type_that_is_changed_changes_no_order_that_has_its_places():
    gala = attraction()
    student(gala.event)
    order = ordered(gala)
    gala.ticket_types.update(price=Decimal("100"))

    order = named(order, marie())

    assert prices(fresh(order)) == ["36.00"]


def test_a_rule_changed_while_somebody_pays_changes_nothing_for_them():
    gala = attraction()
    cheaper = student(gala.event)
    order = named(ordered(gala), marie())
    payment = start(fresh(order), "transfer", settings=ACCOUNT).payment

    PriceRule.objects.filter(pk=cheaper.pk).update(amount=Decimal("5"))
    gala.ticket_types.update(price=Decimal("80"))

    order = named(fresh(order), marie())
    assert (prices(fresh(order)), fresh(order).total, payment.amount) == (["36.00"], Decimal("36.00"), Decimal("36.00"))
    paying.confirm(payment)
    assert (fresh(order).state, prices(order)) == (Order.State.PAID, ["36.00"])


def test_a_profession_changed_after_the_price_was_held_changes_the_price_until_somebody_pays():
    gala = attraction()
    student(gala.event)
    order = named(ordered(gala), marie())

    order = named(fresh(order), marie(""))
    assert prices(fresh(order)) == ["60.00"]

    payment = start(fresh(order), "transfer", settings=ACCOUNT).payment
    with refuses(refusals.PriceIsBeingPaid):
        named(fresh(order), marie())
    assert (prices(fresh(order)), payment.amount) == (["60.00"], Decimal("60.00"))

    paying.fail(payment, "declined")
    order = named(fresh(order), marie())
    assert prices(fresh(order)) == ["36.00"]


def test_staff_corrects_a_profession_while_it_is_paid_and_the_price_stays():
    gala = attraction()
    student(gala.event)
    order = named(ordered(gala), marie())
    registration = Registration.objects.get(line__order=order)
    wanted = Correction("Marie", "marie@example.org", "")

    correcting.correct(registration.pk, wanted, by_staff=True)
    assert prices(fresh(order)) == ["60.00"]

    Payment.objects.create(order=order, method="transfer", amount=60, currency="EUR", reference="K1", state="pending")
    correcting.correct(registration.pk, Correction("Marie", "marie@example.org", "student"), by_staff=True)
    assert prices(fresh(order)) == ["60.00"]


def corrected(registration: Registration, **changes: Any) -> bool:
    """By the attendee."""
    given = {"name": "Marie", "email": "marie@example.org", "profession": "student"}
    return correcting.correct(registration.pk, Correction(**given | changes), by_staff=False)


def of_a_paid_ticket(order: Order) -> Registration:
    paying.confirm(start(fresh(order), "transfer", settings=ACCOUNT).payment)
    return Registration.objects.of_order(order).get()


def test_who_has_paid_the_price_of_students_does_not_stop_being_one_afterwards():
    gala = attraction()
    student(gala.event)
    registration = of_a_paid_ticket(named(ordered(gala), marie()))

    with refuses(correcting.DearerWithThis):
        corrected(registration, profession="")

    registration.refresh_from_db()
    assert (registration.profession, prices(registration.line.order)) == ("student", ["36.00"])
    assert corrected(registration, name="Mary") and corrected(registration, name="Mary", email="mary@example.org")


def test_what_costs_extra_is_not_chosen_after_paying_without_it_but_may_be_given_up():
    version = form_of({"meal": ("choice", {"none": "None", "dinner": "Dinner"})})
    gala = attraction(form=version.form)
    rule(gala.event, "answer", "amount_on_top", "20", settings={"question": "meal", "answers": ["dinner"], "costs": {}})
    order = named(ordered(gala), marie())
    registration = Registration.objects.select_related("line__order", "attraction", "event", "hold").get()
    requested = filling.requested_forms([registration])[registration.pk]
    filling.answer(registration, requested, basic=None, own={"meal": "none"})
    assert not filling.finish(registration, requested)
    registration = of_a_paid_ticket(order)

    with refuses(correcting.DearerWithThis):
        corrected(registration, own={"meal": "dinner"})

    assert Registration.objects.get(pk=registration.pk).submission.answers == {"meal": "none"}
    submit(registration, version, meal="dinner")
    assert corrected(registration, own={"meal": "none"})


def test_a_ticket_at_the_price_of_members_goes_to_nobody_else():
    gala = attraction()
    rule(gala.event, "member", name="Member")
    member = make.staff("member", name="Marie", email="marie@example.org")
    order = named(ordered(gala), MYSELF, user=member, buyer_name="Marie", buyer_email="marie@example.org")
    registration = of_a_paid_ticket(order)
    assert prices(order) == ["36.00"]

    with refuses(correcting.DearerWithThis):
        corrected(registration, name="Bo", email="bo@example.org", profession="")

    assert corrected(registration, email="marie@example.net", profession="")


def test_a_price_that_falls_to_nothing_needs_no_payment_and_is_complete_at_once():
    gala = attraction()
    student(gala.event, amount="100")

    order = named(ordered(gala), marie())

    assert (prices(fresh(order)), fresh(order).total) == (["0.00"], Decimal(0))
    complete_for_free(fresh(order))
    assert fresh(order).state == Order.State.PAID


def test_a_price_of_nothing_is_refused_by_a_method_that_takes_money():
    gala = attraction()
    student(gala.event, amount="100")
    order = named(ordered(gala), marie())

    with refuses(paying.refusals.NotOffered):
        start(fresh(order), "cash")

    assert not Payment.objects.filter(order=order).exists()


def test_a_free_ticket_that_costs_something_for_some_has_to_be_paid():
    gala = attraction(price="0")
    rule(gala.event, "profession", "amount_on_top", "5", name="Guest", settings={"allowed": ["guest"]})
    make.professions("guest")
    order = named(ordered(gala), marie("guest"))

    assert fresh(order).total == Decimal("5.00")
    with refuses(paying.refusals.NotOffered):
        complete_for_free(fresh(order))


def test_whoever_stays_keeps_the_price_of_the_group():
    gala = attraction()
    rule(gala.event, "people", settings={"fewest": 3}, name="Group")
    student(gala.event, combines=True)
    order = named(ordered(gala, tickets=3), MYSELF, marie(""), marie("", name="Kim"))
    assert prices(fresh(order)) == ["36.00"] * 3

    cancelling.cancel(Registration.objects.of_order(order).last(), reason="ill")

    order = fresh(order)
    assert (order.total, prices(order)) == (Decimal("72.00"), ["36.00"] * 3)


def test_two_in_one_order_are_no_group_of_three():
    gala = attraction()
    rule(gala.event, "people", settings={"fewest": 3})

    assert prices(ordered(gala, tickets=2)) == ["60.00"] * 2


def test_the_first_so_many_tickets_cost_less_and_their_places_come_back():
    gala = attraction()
    first = rule(gala.event, "first", settings={"places": 3}, name="First three")

    order = ordered(gala, tickets=2)
    second = ordered(gala, tickets=2)

    assert (prices(order), prices(second)) == (["36.00", "36.00"], ["36.00", "60.00"])
    assert (second.total, Pool.objects.get(pk=first.pool_id).taken) == (Decimal("96.00"), 3)
    let_expire(order)
    settling.expire(fresh(order))
    assert Pool.objects.get(pk=first.pool_id).taken == 1
    assert prices(ordered(gala)) == ["36.00"]


def test_the_place_among_the_first_stays_when_more_becomes_known():
    gala = attraction()
    rule(gala.event, "first", settings={"places": 1}, name="First")
    student(gala.event, combines=True)

    order = named(ordered(gala, tickets=2), marie(), marie(name="Kim"))

    # 60 less 40 %, and 40 % of that for the student.
    assert prices(fresh(order)) == ["21.60", "36.00"]


def test_two_steps_of_the_first_so_many_follow_each_other():
    gala = attraction()
    rule(gala.event, "first", settings={"places": 1}, amount="50", name="First one")
    rule(gala.event, "first", settings={"places": 2}, amount="25", name="First two")

    assert prices(ordered(gala, tickets=3)) == ["30.00", "45.00", "60.00"]


def test_late_money_for_a_price_that_is_gone_leaves_the_order_to_staff():
    gala = attraction(capacity=5)
    ends = timezone.now() + timedelta(minutes=10)
    bird = rule(
        gala.event, "dates", "amount_off", "15", name="Early bird", settings={"after": None, "before": ends.isoformat()}
    )
    order = named(ordered(gala), marie(""))
    payment = start(fresh(order), "transfer", settings=ACCOUNT).payment
    let_expire(order)
    settling.expire(fresh(order))
    PriceRule.objects.filter(pk=bird.pk).delete()

    paying.confirm(payment)

    assert fresh(order).state == Order.State.UNDECIDED
    [change] = pricing.as_of_now(Registration.objects.of_order(order))
    assert (change.old, change.new.price, change.gone) == (Decimal("45.00"), Decimal("60.00"), ["Early bird"])


def test_the_list_and_its_files_say_what_it_was_before_and_why():
    gala = attraction()
    student(gala.event)
    named(ordered(gala), marie())
    shown = columns.chosen(columns.columns_of(gala.event), ["name", "price", "base", "price_rules"])
    file = io.BytesIO()

    exporting.export(file, Listing(RegistrationFilter(), gala.event), shown, form="csv", title="Gala")

    head, row = file.getvalue().decode("utf-8-sig").splitlines()
    assert head.split(";" if ";" in head else ",") == ["Who", "Price", "Price before rules", "Price rules"]
    assert row.split(";" if ";" in row else ",") == ["Marie", "36.00", "60.00", "Student"]
