"""Actions of people in the demo, by the same verbs as real ones."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache, wraps
from pathlib import Path
from types import MappingProxyType
from typing import Concatenate

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.files import File
from django.db.models import Max
from django.utils import timezone

from kring.accounts import staffing
from kring.accounts.models import Role, User
from kring.billing import instalments, settling
from kring.billing.models import Order
from kring.checkin import locations
from kring.checkin.guests import arriving
from kring.checkin.guests import keeping as guest_list
from kring.checkin.scanning import scan
from kring.core.refusals import Refusal
from kring.core.tenancy import scope
from kring.demo.people import Crowd, Person
from kring.events.models import Attraction, Event, Session, TicketType
from kring.events.pricing import codes
from kring.organisations import audit
from kring.organisations.current import current_organisation
from kring.organisations.models import Organisation
from kring.partners import taking
from kring.partners.models import PartnerQuota
from kring.payments import paying
from kring.payments.free_of_charge import complete_for_free
from kring.payments.models import Payment
from kring.places.models import Hold
from kring.registrations import cancelling, filling, instalment_offers, sessions
from kring.registrations.booking import Prices, assign, book
from kring.registrations.codes import code_of
from kring.registrations.models import Registration, Team, Ticket
from kring.registrations.naming import Attendee
from kring.registrations.teams import registering
from kring.registrations.teams.columns import Person as TeamPerson
from kring.registrations.teams.columns import TeamColumns
from kring.waiting import answering
from kring.waiting.models import Invitation, WaitingEntry

PICTURES = Path(__file__).parent / "pictures"
PASSWORD = "kring-demo-2026"  # noqa: S105 — printed for whoever looks at the demo
# One login per role in each organisation, as <role>@<subdomain>.example.
STAFF = [Role.Name.ORG_ADMIN, Role.Name.TREASURER, Role.Name.ORGANISER, Role.Name.BOX_OFFICE, Role.Name.DOOR]
OTHERS = [Role.Name.SECRETARY, Role.Name.MONITOR, Role.Name.MEMBER]


def organisation(subdomain: str, **fields: object) -> Organisation:
    made = Organisation(subdomain=subdomain, **fields)
    with (PICTURES / f"{subdomain}-logo.png").open("rb") as logo:
        made.logo.save(f"{subdomain}.png", File(logo), save=False)
    made.full_clean()
    made.save()
    made.activate()
    return made


def login(email: str, name: str, language: str) -> User:
    """With the demo's password and a confirmed address."""
    user, _made = User.objects.for_person(email=email, name=name, language=language)
    user.password = _hash()
    user.save(update_fields=["password"])
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return user


@cache
def _hash() -> str:
    """One for all logins: hashing is slow, as it should be."""
    return make_password(PASSWORD)


def staff_of(subdomain: str, crowd: Crowd, language: str) -> dict[str, User]:
    """One login per role; in the scope of their organisation."""
    made = {}
    for role in [*STAFF, *OTHERS]:
        user = login(_address(role, subdomain), crowd.next().name, language)
        staffing.set_roles(user, {role.value})
        made[role.value] = user
    return made


def staff_there(subdomain: str) -> dict[str, User]:
    """The logins that `staff_of` made."""
    return {role.value: User.objects.get(email=_address(role, subdomain)) for role in [*STAFF, *OTHERS]}


def _address(role: Role.Name, subdomain: str) -> str:
    return f"{role.name.lower().replace('_', '-')}@{subdomain}.example"


def known_addresses() -> set[str]:
    """Of all who registered or wait; in the scope of their organisation."""
    return {
        *Registration.objects.values_list("attendee_email", flat=True),
        *WaitingEntry.objects.values_list("email", flat=True),
    }


def photo(event: Event, name: str, text: str) -> None:
    with (PICTURES / name).open("rb") as picture:
        event.photo.save(f"{event.slug}.jpg", File(picture), save=False)
    event.photo_text = text
    event.save(update_fields=["photo", "photo_text"])


def in_the_scope[**P, R](act: Callable[Concatenate[Visitors, P], R]) -> Callable[Concatenate[Visitors, P], R]:
    """Each act in its own transaction, as in reality; all in one would take minutes: rows keep every version."""

    @wraps(act)
    def done(visitors: Visitors, *args: P.args, **kwargs: P.kwargs) -> R:
        with scope(visitors.here):
            return act(visitors, *args, **kwargs)

    return done


# A person and their attraction → their basic data, and their answers to its own form.
Answering = Callable[[Person, Attraction], tuple[dict[str, object], dict[str, object]]]


class Visitors:
    """People who order, one after another, over the last weeks."""

    def __init__(
        self, here: Organisation, event: Event, crowd: Crowd, staff: dict[str, User], says: Answering | None = None
    ) -> None:
        self.here = here
        self.event = event
        self.crowd = crowd
        self.staff = staff
        self.says = says
        self.dice = random.Random(event.pk)  # noqa: S311 — a demo, not a secret
        self.weeks = timedelta(weeks=5)
        with scope(here):
            self.last_order = Order.objects.aggregate(last=Max("pk"))["last"] or 0

    @in_the_scope
    def order(
        self,
        ticket_types: Sequence[TicketType],
        *,
        who: Sequence[Person] = (),
        profession: str = "",
        code: str = "",
        prices: Prices = MappingProxyType({}),
        gift: Decimal | None = None,
    ) -> Order:
        """One ticket each for the buyer and those they bring; data filled in, not yet paid."""
        people = list(who) or [self.crowd.next() for _ in ticket_types]
        wanted: dict[int, int] = {}
        for ticket_type in ticket_types:
            wanted[ticket_type.pk] = wanted.get(ticket_type.pk, 0) + 1
        entered = codes.enter(self.event, code) if code else None
        order = book(self.event, wanted, language=self.here.language, code=entered, prices=prices)
        buyer, *others = people
        attendees = [Attendee(myself=True, profession=profession)]
        attendees += [Attendee(myself=False, name=other.name, email=other.email) for other in others]
        order = assign(
            order,
            buyer_name=buyer.name,
            buyer_email=buyer.email,
            attendees=attendees,
            terms_version=current_organisation().terms_version,
            gift=gift,
        )
        self._answer(order)
        return order

    @in_the_scope
    def team(self, attraction: Attraction, name: str, size: int, *, answered: int) -> Order:
        """Of so many people, of whom the first have answered all."""
        leader, *people = [self.crowd.next() for _ in range(size + 1)]
        columns = TeamColumns(attraction, list(attraction.ticket_types.select_related("attraction__pool", "pool")))
        order = registering.register(
            Team(attraction=attraction, name=name, phone="600 100 200"),
            [TeamPerson(each.name, each.email, columns.types[0].pk) for each in people],
            columns,
            leader_name=leader.name,
            leader_email=leader.email,
            language=self.here.language,
            terms_version=current_organisation().terms_version,
        )
        self._answer(order, most=answered)
        return order

    @in_the_scope
    def take(self, invitation: Invitation) -> Order:
        """The person invited begins an order of all their places, of the first ticket type; not yet paid."""
        entry = invitation.entry
        [(ticket_type, _price), *_others] = answering.offered(invitation)
        order = answering.begin(
            invitation, {ticket_type.pk: invitation.places}, user=entry.user, language=entry.language
        )
        others = [self.crowd.next() for _ in range(invitation.places - 1)]
        attendees = [Attendee(myself=False, name=entry.name, email=entry.email)]
        attendees += [Attendee(myself=False, name=other.name, email=other.email) for other in others]
        order = assign(
            order,
            buyer_name=entry.name,
            buyer_email=entry.email,
            attendees=attendees,
            terms_version=current_organisation().terms_version,
        )
        self._answer(order)
        return order

    @in_the_scope
    def take_of_partner(self, quota: PartnerQuota) -> None:
        """By the partner's link: one ticket, complete where it is free."""
        person = self.crowd.next()
        order = assign(
            taking.begin(quota, 1, language=self.here.language),
            buyer_name=person.name,
            buyer_email=person.email,
            attendees=[Attendee(myself=True)],
            terms_version=current_organisation().terms_version,
        )
        self._answer(order)
        if not order.total:
            complete_for_free(order)

    def _answer(self, order: Order, *, most: int | None = None) -> None:
        unfinished = filling.unfinished(order)[:most]
        requested = filling.requested_forms(unfinished) if unfinished else {}
        for registration in unfinished:
            person = Person(registration.attendee_name, registration.attendee_email)
            basic, own = self.says(person, registration.attraction) if self.says else ({}, {})
            filling.answer(registration, requested[registration.pk], basic=basic, own=own)
            filling.finish(registration, requested[registration.pk])

    @in_the_scope
    def pay(self, order: Order, method: str = "transfer", *, arrives: bool = True) -> Payment | None:
        """By the event's own settings for this method; `arrives` False leaves it on its way."""
        key = method if order.total else "free"
        option = self.event.payment_options.filter(method=key).first()
        started = paying.start(
            order,
            method=key,
            settings=option.settings if option else {},
            return_url=self.here.url,
            notify_url=self.here.url,
            days_to_pay=14,
        )
        if arrives and key != "cash":
            self._arrive(started.payment)
        return started.payment

    @in_the_scope
    def pay_in_parts(self, order: Order, *, then: Decimal = Decimal(0)) -> Order:
        """The deposit by transfer, as the attraction's plan offers it; then so much of the rest."""
        registrations = list(Registration.objects.of_order(order).select_related("line", "attraction", "event"))
        instalments.choose(order, instalment_offers.offered(order, registrations))
        settings, site = self.event.payment_options.get(method="transfer").settings, self.here.url
        for amount in (None, then) if then else (None,):
            started = paying.start(
                order, method="transfer", settings=settings, return_url=site, notify_url=site, amount=amount
            )
            self._arrive(started.payment)
        return order

    @in_the_scope
    def let_a_part_be_overdue(self, order: Order) -> None:
        """Its second one, since ten days ago."""
        order.instalments.filter(position=2).update(due_on=timezone.localdate() - timedelta(days=10))

    @in_the_scope
    def arrive(self, payment: Payment) -> None:
        self._arrive(payment)

    def _arrive(self, payment: Payment) -> None:
        if payment.state != Payment.State.PAID:
            paying.confirm(payment, by=self.staff["treasurer"])

    @in_the_scope
    def run_out(self, order: Order) -> None:
        """The time of this order is over."""
        past = timezone.now() - timedelta(minutes=1)
        Order.objects.filter(pk=order.pk).update(expires_at=past)
        holds = Registration.objects.of_order(order).values_list("hold_id", flat=True)
        Hold.objects.filter(pk__in=list(holds)).update(expires_at=past)
        settling.expire(order)

    @in_the_scope
    def cancel(self, order: Order, reason: str) -> None:
        for registration in Registration.objects.of_order(order):
            cancelling.cancel(registration, reason=reason)

    @in_the_scope
    def come(self, how_many: int, where: str) -> None:
        """The first ones are scanned at the door."""
        location = locations.of(self.event) if not where else locations.add(self.event, where)
        tickets = Ticket.objects.with_what_a_page_shows().filter(
            registration__event=self.event, registration__state=Registration.State.COMPLETED
        )
        for ticket in tickets.order_by("pk")[:how_many]:
            code, staff = code_of(ticket), self.staff["door"]
            scan(code, event=self.event, location=location, device="demo", user=staff, anyway=True)

    @in_the_scope
    def invite(self, guests: Sequence[tuple[str, int, str, str]], *, come: int, where: str) -> None:
        """Name, companions, who invited them and a note of each on the guest list; the first ones `come` with all."""
        location = self.event.locations.get(name=where)
        for place, (name, companions, by, note) in enumerate(guests):
            guest = guest_list.add(self.event, name=name, companions=companions, invited_by=by, note=note)
            if place < come:
                arriving.tick_off(
                    guest, guest.people, seen=0, location=location, device="demo", user=self.staff["door"]
                )

    @in_the_scope
    def choose_sessions(self, how_many: int) -> None:
        """So many of those who may choose any take one of each day that has places left."""
        rows = Registration.objects.filter(event=self.event, state=Registration.State.COMPLETED)
        rows = rows.filter(attraction__sessions__isnull=False).select_related("attraction", "hold").distinct()
        of_attraction: dict[int, list[Session]] = {}
        for session in Session.objects.filter(attraction__event=self.event).select_related("pool", "attraction"):
            of_attraction.setdefault(session.attraction_id, []).append(session)
        for registration in rows.order_by("pk")[:how_many]:
            offered = list(of_attraction[registration.attraction_id])
            self.dice.shuffle(offered)
            days = {timezone.localdate(session.starts_at): session for session in offered}
            # It is full by now: they go without.
            with suppress(Refusal):
                sessions.choose(registration, days.values())

    @in_the_scope
    def spread_over_time(self) -> None:
        """Dated back: not all of them registered in the same second."""
        now = timezone.now()
        rows = Registration.objects.filter(event=self.event, line__order_id__gt=self.last_order)
        rows = rows.order_by("line__order_id")
        of_order: dict[int, list[int]] = {}
        for pk, order_id in rows.values_list("pk", "line__order_id"):
            of_order.setdefault(order_id, []).append(pk)
        moments = sorted(self._moment(now) for _ in of_order)
        for (order_id, registrations), moment in zip(of_order.items(), moments, strict=True):
            Order.objects.filter(pk=order_id).update(created_at=moment)
            Registration.objects.filter(pk__in=registrations).update(created_at=moment)
            payments = Payment.objects.filter(order_id=order_id)
            payments.update(created_at=moment + timedelta(minutes=4))
            payments.filter(state=Payment.State.PAID).update(settled_at=min(moment + timedelta(hours=20), now))

    def _moment(self, now: datetime) -> datetime:
        return now - self.weeks * self.dice.random() ** 2 - timedelta(minutes=self.dice.randint(5, 300))


def as_staff(user: User) -> AbstractContextManager[None]:
    return audit.acting(user, label=user.email)


def inside(organisation: Organisation) -> AbstractContextManager[None]:
    return scope(organisation)
