"""An evening that is sold out: sixty parties wait, and the list has a history of places offered."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from kring.accounts import staffing
from kring.accounts.models import User
from kring.billing.models import Order
from kring.core.refusals import Refusal
from kring.demo import acting, providers
from kring.demo.people import Crowd, Person
from kring.demo.waiting import Queue
from kring.events import editing, editing_parts, lifecycle
from kring.events.editing_parts import TicketTypeWish
from kring.events.models import Attraction, Event, Organiser, TicketType, WaitingList
from kring.organisations.models import Organisation
from kring.waiting import managing

DESCRIPTION = """\
Een avond aan de kooktafel: vier gangen, vier onderzoeken, en wat u er morgen in de spreekkamer mee kunt.

- **18:00** Ontvangst
- **18:30** Vezels en het microbioom
- **19:30** Koken in groepjes van vier
- **21:00** Vragen aan de onderzoekers
"""
PARTIES = (1, 2, 1, 1, 3, 1, 2, 1, 1, 2)
WAITING = 60
# Some of them were invited before everybody else; the others have joined since.
MEMBERS, INVITED = 7, 3


def make(here: Organisation, staff: dict[str, User], organiser: Organiser) -> Event:
    with acting.inside(here), acting.as_staff(staff["organiser"]):
        return _evening(here, organiser, staff)


def fill(visitors: acting.Visitors) -> None:
    event = visitors.event
    attraction = event.attractions.get()
    orders = _sell_out(visitors, TicketType.objects.get(attraction=attraction))
    with acting.as_staff(visitors.staff["organiser"]):
        policy = WaitingList.Policy.FILL
        managing.switch_on(event, policy=policy, members_first=True, largest_party=3, hours=48, remind_hours=12)
        members = [_member(visitors.crowd, visitors.here) for _ in range(MEMBERS)]
    queue = Queue(visitors)
    _weeks_ago(queue, attraction, orders)
    _this_week(queue, attraction, orders, members)


def _evening(here: Organisation, organiser: Organiser, staff: dict[str, User]) -> Event:
    starts_at = timezone.localtime(timezone.now(), here.zone) + timedelta(days=40)
    starts_at += timedelta(days=(3 - starts_at.weekday()) % 7)
    starts_at = starts_at.replace(hour=18, minute=0, second=0, microsecond=0)
    event = editing.create_event(
        created_by=staff["organiser"],
        name="Masterclass Koken met vezels",
        edition="",
        slug="masterclass",
        code=f"VEZELS{starts_at.year}",
        summary="Vier gangen en vier onderzoeken aan de kooktafel. Uitverkocht: er is een wachtlijst.",
        description=DESCRIPTION,
        organiser=organiser,
        location="Kookstudio De Keukenhof",
        address="Oudegracht 120, 3511 AW Utrecht",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=4),
        registration_opens_at=timezone.now() - timedelta(weeks=6),
        registration_closes_at=starts_at - timedelta(days=2),
    )
    editing_parts.add_attraction(
        event,
        name="Masterclass",
        description="Met diner en receptenboek.",
        places=32,
        days_to_pay=7,
        ticket_types=[TicketTypeWish("Deelnemer", Decimal("35.00"), Decimal(9), "Inclusief diner")],
    )
    providers.offer_testpay(event)
    transfer = {"account": "NL91ABNA0417164300", "holder": "Stichting Voedingsgeneeskunde"}
    editing_parts.offer_payment(event, "transfer", transfer)
    lifecycle.submit(event)
    return event


def _sell_out(visitors: acting.Visitors, place: TicketType) -> list[Order]:
    orders: list[Order] = []
    # A visitor of the demo may have been quicker.
    with suppress(Refusal):
        while len(orders) < 16:
            orders.append(visitors.order([place, place]))
    for order in orders:
        visitors.pay(order)
    visitors.spread_over_time()
    return orders


def _member(crowd: Crowd, here: Organisation) -> Person:
    person = crowd.next()
    staffing.set_roles(acting.login(person.email, person.name, here.language), {"member"})
    return person


def _weeks_ago(queue: Queue, attraction: Attraction, orders: list[Order]) -> None:
    """Four orders were cancelled; of those invited some registered, one declined, the others let it expire."""
    visitors = queue.visitors
    for number in range(20):
        with queue.ago(timedelta(days=20) - timedelta(hours=13 * number)):
            queue.join(visitors.crowd.next(), [attraction], party=PARTIES[number % len(PARTIES)])
    with queue.ago(timedelta(days=8)):
        for order in orders[:4]:
            visitors.cancel(order, "Verhinderd")
        queue.invite()
        first, second, third, *_others = queue.invited()
        with queue.ago(timedelta(days=7)):
            for invitation in (first, third):
                queue.take(invitation)
            queue.decline(second)
    with queue.ago(timedelta(days=6)):
        queue.let_expire()
        queue.invite()
        with queue.ago(timedelta(days=5)):
            for invitation in queue.invited():
                queue.take(invitation)


def _this_week(queue: Queue, attraction: Attraction, orders: list[Order], members: list[Person]) -> None:
    """More join, members among them, and some are invited until tomorrow."""
    visitors = queue.visitors
    hours = 70
    for number in range(50):
        # Members joined late, but come first.
        is_member = number % 10 == 7 and number // 10 < INVITED
        person = members[number // 10] if is_member else visitors.crowd.next()
        with queue.ago(timedelta(hours=hours - number)):
            party = PARTIES[number % len(PARTIES)]
            queue.join(person, [attraction], party=party, is_email_proved=is_member)
    with queue.ago(timedelta(minutes=30), deadlines_too=False):
        for order in orders[4:7]:
            visitors.cancel(order, "Ziek geworden")
        queue.invite()
    uninvited = members[INVITED:]
    for number in range(WAITING - queue.waiting()):
        person = uninvited[number] if number < len(uninvited) else visitors.crowd.next()
        with queue.ago(timedelta(minutes=28 - 3 * min(number, 9))):
            party = PARTIES[number % len(PARTIES)]
            queue.join(person, [attraction], party=party, is_email_proved=number < len(uninvited))
