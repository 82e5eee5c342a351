"""A ticket is changed for another one: the difference is paid, or to be given back (R6)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from kring.accounts.models import Role
from kring.billing import settling
from kring.billing.models import Order
from kring.checkin.scanning import scan
from kring.core.refusals import WrongState
from kring.core.tenancy import scope
from kring.events import refund_terms
from kring.events.models import Event, TicketType
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.payments import paying, refunding
from kring.payments.free_of_charge import complete_for_free
from kring.payments.models import Payment, Refund
from kring.places.models import Claim, Pool
from kring.registrations import cancelling, changing, codes, filling, own_cancelling, sessions
from kring.registrations.booking import Attendee, assign
from kring.registrations.changing import ChangingIsOver, ReturnsTooMuch, SameTicket
from kring.registrations.correcting import CameInAlready
from kring.registrations.models import Registration, Ticket, TicketChange
from kring.registrations.passing_on import PassedOnAlready
from kring.registrations.refusals import NoPlacesLeft, NoSuchSession, NotOnSale, SamePersonOnly
from tests import make
from tests.payments.ordering import fresh as reread
from tests.payments.ordering import let_expire, start
from tests.payments.ordering import order as ordered
from tests.refusing import refuses
from tests.registrations.changing import bought, event_with_changes, fee, fresh, pass_on, share
from tests.registrations.price_rules import rule, student
from tests.registrations.tickets import let_in_at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_scope(organisation: Any) -> Any:
    with scope(organisation):
        yield


def another(ticket: Ticket, price: str = "55", *, capacity: int | None = 10, **fields: Any) -> TicketType:
    """Of another attraction of its event."""
    made = make.attraction(event=ticket.registration.event, price=price, capacity=capacity, days_to_pay=14, **fields)
    found: TicketType = made.ticket_types.get()
    return found


def begin(ticket: Ticket, to: TicketType, **more: Any) -> Order:
    return changing.begin(ticket.registration_id, to.pk, **more)


def complete(order: Order) -> Registration:
    """Paid, or what goes along is enough."""
    order = reread(order)
    if order.total:
        paying.confirm(start(order, "transfer").payment)
    else:
        complete_for_free(order)
    found: Registration = Registration.objects.select_related("line__order", "attendee").get(line__order=order)
    return found


def orders_add_up() -> None:
    """Of each order, what came in is owed, retained, or to be given back; its lines make its total."""
    for order in Order.objects.all():
        lines = sum(each.amount for each in order.lines.filter(cancelled_at=None))
        assert order.state in Order.OVER or order.total == lines
        assert order.payments.kept() - order.owed == paying.surplus(order) - paying.left_of(order)
    # Nothing appears and nothing is lost on the way from one order to another.
    carried = sum(Payment.objects.filter(method="carried").values_list("amount", flat=True))
    assert carried == sum(Refund.objects.filter(how="order").values_list("amount", flat=True))


def test_what_was_paid_goes_along_and_the_difference_is_paid() -> None:
    ticket = bought()
    old = codes.code_of(ticket)
    order = begin(ticket, another(ticket))
    assert (order.total, order.lines.get().base, order.lines.get().credit) == (Decimal(15), Decimal(55), Decimal(40))

    new = complete(order)

    assert (new.state, new.attendee_name, new.line.amount, new.line.credit) == ("completed", "Ada Lovelace", 55, 0)
    now = reread(order)
    assert (now.state, now.total, now.payments.kept()) == (Order.State.PAID, Decimal(55), Decimal(55))
    first = reread(ticket.registration.line.order)
    assert (first.state, first.payments.kept(), paying.surplus(first)) == (Order.State.CANCELLED, 0, 0)
    orders_add_up()
    event = ticket.registration.event
    assert scan(old, event=event, location=None, device="", user=None).result == "changed"
    code = codes.code_of(fresh(Ticket.objects.get(registration=new)))
    assert scan(code, event=event, location=None, device="", user=None).valid


def test_where_the_other_one_costs_less_the_rest_is_to_be_given_back() -> None:
    ticket = bought()
    order = begin(ticket, another(ticket, "25.50"))
    assert order.total == 0

    complete(order)

    now = reread(order)
    assert (now.total, now.payments.kept(), paying.surplus(now)) == (Decimal("25.50"), Decimal(40), Decimal("14.50"))
    assert TicketChange.objects.get().returned == Decimal("14.50")
    orders_add_up()


def test_a_change_gives_back_no_more_than_cancelling_would() -> None:
    ticket = bought(event=event_with_changes(fee(30)))
    free, dear_enough = another(ticket, "0"), another(ticket, "30")
    registration = Registration.objects.select_related(*changing.WHAT_IT_NEEDS).get(pk=ticket.registration_id)

    with refuses(ReturnsTooMuch):
        begin(ticket, free)

    assert [each.ticket_type for each in changing.options(registration)] == [dear_enough]
    assert {each.ticket_type for each in changing.options(registration, by_staff=True)} == {free, dear_enough}
    begin(ticket, dear_enough)
    begin(ticket, free, by_staff=True, reason="Ill")


def test_it_is_logged_and_nobody_hears_that_the_old_one_was_cancelled() -> None:
    ticket = bought()
    Message.objects.all().delete()

    complete(begin(ticket, another(ticket, "40")))

    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"registration.change_begun", "registration.changed", "payment.carried_over"} <= actions
    assert set(Message.objects.values_list("template", flat=True)) == {"ticket", "order-confirmed"}


def test_until_it_is_complete_the_present_ticket_is_as_it_was() -> None:
    ticket = bought(capacity=1)
    other = another(ticket, capacity=1)
    order = begin(ticket, other)

    assert (
        scan(codes.code_of(ticket), event=ticket.registration.event, location=None, device="", user=None).valid
        or fresh(ticket).registration.state == "completed"
    )
    Ticket.objects.update(admitted_at=None)
    let_expire(order)
    settling.expire_due()
    assert scan(codes.code_of(ticket), event=ticket.registration.event, location=None, device="", user=None).valid
    assert [each.taken for each in Pool.objects.filter(pk__in=[other.attraction.pool_id])] == [0]
    assert not Message.objects.filter(template="order-expired").exists()


def test_what_both_need_is_not_taken_twice() -> None:
    at = event_with_changes(capacity=1)
    ticket = bought(event=at, capacity=1)
    same = make.ticket_type(ticket.registration.attraction, price="55")
    other = another(ticket, "60", capacity=1)

    complete(begin(ticket, same))
    now = Ticket.objects.get(registration__state="completed")
    complete(begin(fresh(now), other))

    taken = dict(Pool.objects.values_list("pk", "taken"))
    assert (taken[at.pool_id], taken[ticket.registration.attraction.pool_id], taken[other.attraction.pool_id]) == (
        1,
        0,
        1,
    )
    orders_add_up()


def test_into_what_is_full_it_is_refused_in_words_and_the_present_one_is_kept_whole() -> None:
    ticket = bought()
    full = another(ticket, capacity=0)
    before = set(Claim.objects.values_list("hold", "pool"))

    [option] = changing.options(Registration.objects.select_related(*changing.WHAT_IT_NEEDS).get())
    assert option.is_full
    with refuses(NoPlacesLeft):
        begin(ticket, full)

    assert set(Claim.objects.values_list("hold", "pool")) == before
    assert Order.objects.count() == 1


def test_money_that_comes_when_the_present_ticket_is_gone_waits_for_staff() -> None:
    ticket = bought()
    order = begin(ticket, another(ticket))
    payment = start(reread(order), "transfer").payment
    cancelling.cancel(fresh(ticket).registration, reason="Ill")

    paying.confirm(payment)

    assert reread(order).state == Order.State.UNDECIDED
    assert reread(order).total == Decimal(15)
    orders_add_up()


def test_what_was_given_back_meanwhile_does_not_go_along() -> None:
    ticket = bought()
    order = begin(ticket, another(ticket))
    payment = start(reread(order), "transfer").payment
    [first] = ticket.registration.line.order.payments.all()
    refunding.refund(first, amount=Decimal(30), reason="Courtesy", by=None)

    paying.confirm(payment)

    assert reread(order).state == Order.State.UNDECIDED
    assert fresh(ticket).registration.state == "completed"
    orders_add_up()


def test_who_came_in_meanwhile_keeps_that_ticket() -> None:
    ticket = bought()
    order = begin(ticket, another(ticket))
    payment = start(reread(order), "transfer").payment
    let_in_at(ticket, "Gate")

    paying.confirm(payment)

    assert reread(order).state == Order.State.UNDECIDED
    assert fresh(ticket).registration.state == "completed" and not TicketChange.objects.exists()


def test_the_price_is_that_of_today_for_the_person_who_comes() -> None:
    at = event_with_changes()
    student(at)
    ticket = bought(event=at)
    Registration.objects.update(profession="student")

    order = begin(ticket, another(ticket, "100"))

    assert order.total == Decimal(20)
    new = complete(order)
    assert (new.line.amount, [each.text for each in new.line.applied]) == (Decimal(60), ["Student"])


def test_a_group_price_stays_with_who_stays() -> None:
    at = event_with_changes()
    rule(at, "people", amount="25", settings={"fewest": 3})
    ticket = bought(event=at, tickets=3)

    order = begin(ticket, another(ticket, "40"))
    assert order.total == Decimal(10)
    complete(order)

    assert reread(ticket.registration.line.order).total == Decimal(60)
    orders_add_up()


def test_questions_sessions_and_rules_of_the_other_one_are_asked_first() -> None:
    ticket = bought()
    other = another(ticket, "40", fewest_sessions=1)
    workshop = make.session(other.attraction, capacity=1)
    order = begin(ticket, other)
    made = Registration.objects.select_related("attraction", "hold").get(line__order=order)
    assert made.state == "new" and filling.unfinished(order)

    with refuses(NoSuchSession):
        sessions.choose(made, [make.session(ticket.registration.attraction)])
    sessions.choose(made, [workshop])
    assert filling.finish(made, filling.RegistrationForms()) == []

    complete(order)
    assert [each.registration.pk for each in sessions.people_in(workshop)] == [made.pk]


def test_sessions_at_the_same_time_in_the_present_ticket_are_no_clash() -> None:
    ticket = bought()
    registration = Registration.objects.select_related("attraction", "hold").get()
    sessions.choose(registration, [make.session(registration.attraction, hour=1)], by_staff=True)
    other = another(ticket, "40", fewest_sessions=1)
    order = begin(ticket, other)
    made = Registration.objects.select_related("attraction", "hold").get(line__order=order)

    assert sessions.choose(made, [make.session(other.attraction, hour=1)])


def test_nothing_is_proved_by_an_account_of_a_typed_address() -> None:
    ticket = bought()
    made = Registration.objects.get(line__order=begin(ticket, another(ticket)))

    assert (ticket.registration.attendee is not None, made.attendee) == (True, None)


def test_the_same_one_again_goes_on_with_what_was_begun_and_another_gives_it_up() -> None:
    ticket = bought()
    one, two = another(ticket), another(ticket, "60")
    first = begin(ticket, one)

    assert begin(ticket, one) == first
    second = begin(ticket, two)

    assert (reread(first).state, second.total) == (Order.State.CANCELLED, Decimal(20))
    complete(second)
    orders_add_up()


def test_what_is_not_paid_on_site_yet_does_not_go_along() -> None:
    at = make.attraction(event=event_with_changes(), price="40", capacity=10, days_to_pay=14)
    start(ordered(attraction=at), "cash")
    ticket = fresh(Ticket.objects.get())
    order = begin(ticket, another(ticket))
    assert order.total == Decimal(55)

    start(reread(order), "cash")

    waiting = Payment.objects.on_site().values_list("order", "amount")
    assert list(waiting) == [(order.pk, Decimal(55))]
    orders_add_up()


def test_a_changed_ticket_is_cancelled_like_any_other() -> None:
    ticket = bought(event=event_with_changes(fee(5)))
    new = complete(begin(ticket, another(ticket)))

    own_cancelling.cancel(new.line.order_id, [new.pk], seen=Decimal(50))

    assert paying.surplus(reread(new.line.order)) == Decimal(50)
    orders_add_up()


@pytest.mark.parametrize("changes", [{"may_change": False}, {"changes_until": "past"}])
def test_only_where_and_while_the_event_lets_them_and_staff_always(changes: dict[str, Any]) -> None:
    past = timezone.now() - timedelta(minutes=1)
    ticket = bought()
    other = another(ticket)
    Event.objects.update(**{name: past if value == "past" else value for name, value in changes.items()})

    with refuses(ChangingIsOver):
        begin(ticket, other)

    begin(ticket, other, by_staff=True, reason="Asked by phone")
    assert AuditEntry.objects.get(action="registration.change_begun").new["reason"] == "Asked by phone"


def test_what_is_refused() -> None:
    ticket = bought()
    other, elsewhere = another(ticket), make.attraction(price="10").ticket_types.get()
    with refuses(SameTicket):
        begin(ticket, ticket.registration.ticket_type)
    with refuses(NotOnSale):
        begin(ticket, elsewhere)
    TicketType.objects.filter(pk=other.pk).update(is_on_sale=False)
    with refuses(NotOnSale):
        begin(ticket, other)
    TicketType.objects.filter(pk=other.pk).update(is_on_sale=True)
    order = begin(ticket, other)
    with refuses(SamePersonOnly):
        assign(
            order,
            buyer_name="Bo",
            buyer_email="bo@example.org",
            attendees=[Attendee(myself=True)],
        )
    pass_on(fresh(ticket))
    with refuses(PassedOnAlready):
        begin(ticket, other, by_buyer=True)
    let_in_at(fresh(ticket), "Gate")
    with refuses(CameInAlready):
        begin(ticket, other)
    Registration.objects.filter(pk=ticket.registration_id).update(state="cancelled", cancelled_at=timezone.now())
    with refuses(WrongState):
        begin(ticket, other)


def test_who_has_it_from_somebody_else_changes_it_in_an_order_of_their_own() -> None:
    ticket = bought()
    pass_on(ticket)
    order = begin(fresh(ticket), another(ticket))

    assert (order.buyer_name, order.buyer_email) == ("Bo Berg", "bo@example.org")
    complete(order)
    orders_add_up()


def test_a_member_has_the_price_of_members_for_the_other_ticket_of_the_attraction_too() -> None:
    at = event_with_changes()
    rule(at, "member", amount="50")
    here = make.attraction(event=at, price="40", capacity=10, days_to_pay=14)
    ada, me = make.staff("member", name="Ada", email="ada@example.org"), Attendee(myself=True)
    order = reread(ordered(attraction=here))
    assign(order, user=ada, buyer_name="Ada", buyer_email="ada@example.org", attendees=[me])
    order = reread(order)
    assert order.total == Decimal(20)
    dinner = here.ticket_types.create(name="With dinner", price=Decimal(60))
    paying.confirm(start(order, "transfer").payment)
    ticket = fresh(Ticket.objects.get())

    other = begin(ticket, dinner)

    assert other.total == Decimal(10)
    assert complete(other).line.amount == Decimal(30)
    orders_add_up()


def test_what_was_paid_is_the_price_although_less_is_known_of_who_comes_by_then() -> None:
    at = event_with_changes()
    rule(at, "member", amount="50")
    here = make.attraction(event=at, price="40", capacity=10, days_to_pay=14)
    ada, me = make.staff("member", name="Ada", email="ada@example.org"), Attendee(myself=True)
    order = reread(ordered(attraction=here))
    assign(order, user=ada, buyer_name="Ada", buyer_email="ada@example.org", attendees=[me])
    paying.confirm(start(reread(order), "transfer").payment)
    other = begin(fresh(Ticket.objects.get()), another(fresh(Ticket.objects.get()), "60"))
    payment = start(reread(other), "transfer").payment
    Role.objects.filter(user=ada).delete()

    paying.confirm(payment)

    other = reread(other)
    assert (other.state, other.total, other.payments.kept()) == (Order.State.PAID, Decimal(30), Decimal(30))
    orders_add_up()


def test_pretended_money_stays_so_on_its_way_to_another_order() -> None:
    """Else a ticket that the door turns away is changed for one that it lets in."""
    ticket = bought()
    ticket.registration.line.order.mark_test()
    order = begin(ticket, another(ticket, "25.50"))

    new = complete(order)

    assert reread(order).is_test
    assert Payment.objects.get(method="carried").is_test
    assert Ticket.objects.get(registration=new).bars == [Ticket.Bar.TEST]


def test_a_ticket_of_which_nothing_goes_back_is_not_changed_for_one_of_which_it_does() -> None:
    ticket = bought(event=event_with_changes(share(50)))
    event, mine = ticket.registration.event, ticket.registration.ticket_type
    make.attraction(event=event, price="40", days_to_pay=14)
    assert len(changing.options(ticket.registration)) == 1
    refund_terms.agree(event, [share(0)], ticket_type=mine)

    assert changing.options(ticket.registration) == []
    assert len(changing.options(ticket.registration, by_staff=True)) == 1
