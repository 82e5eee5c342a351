"""Very many people at once. Calling all the verbs of a visitor would take minutes for two thousand.

The rows written are those that the verbs leave behind (the tests compare), without logs and mails.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from kring.accounts.models import User
from kring.billing.models import Order, OrderLine
from kring.core import codes
from kring.core.query_plans import plan_anew
from kring.core.tenancy import scope
from kring.demo.acting import Answering, Visitors
from kring.demo.people import Person
from kring.events.models import TicketType
from kring.events.taxing import tax_of
from kring.forms.basic import basic_form
from kring.forms.models import FormChoice, FormVersion, Submission
from kring.payments.models import Payment
from kring.places.models import Claim, Hold, Pool
from kring.registrations.booking import KIND, pools_of
from kring.registrations.models import Registration, Ticket

State = Registration.State
# Outcomes of their registrations, in percent.
FATES = [(State.COMPLETED, 84), (State.PAYING, 9), (State.EXPIRED, 4), (State.CANCELLED, 3)]
OF_ORDER = {
    State.COMPLETED: Order.State.PAID,
    State.PAYING: Order.State.AWAITING_PAYMENT,
    State.EXPIRED: Order.State.EXPIRED,
    State.CANCELLED: Order.State.CANCELLED,
}
DAYS_TO_PAY = timedelta(days=7)


@dataclass
class Story:
    """One person and the outcome of their registration."""

    person: Person
    state: str
    at: datetime
    user: User | None = None
    order: Order | None = None
    rows: dict[str, Any] = field(default_factory=dict)

    @property
    def paid_at(self) -> datetime:
        """Most pay the next day; nobody in the future."""
        return min(self.at + timedelta(hours=20), timezone.now())

    @property
    def has_place(self) -> bool:
        return self.state in Registration.LIVE


def crowd(visitors: Visitors, ticket_type: TicketType, how_many: int) -> None:
    with scope(visitors.here):
        stories = [_story(visitors, ticket_type) for _ in range(how_many)]
        if visitors.says:
            _answer(stories, ticket_type, visitors.says)
        _take_places(stories, ticket_type)
        _order(visitors, stories, ticket_type)
        _register(stories, ticket_type)
        _pay(visitors, stories, ticket_type)


def _story(visitors: Visitors, ticket_type: TicketType) -> Story:
    states, weights = zip(*FATES, strict=True)
    [state] = visitors.dice.choices(states, weights)
    # Where nothing is to be paid nobody is late with it.
    if not ticket_type.price and state in (State.PAYING, State.EXPIRED):
        state = State.COMPLETED
    at = (
        timezone.now() - visitors.weeks * visitors.dice.random() ** 2 - timedelta(minutes=visitors.dice.randint(5, 300))
    )
    if state == State.PAYING:
        at = max(at, timezone.now() - DAYS_TO_PAY + timedelta(hours=12))
    if state == State.EXPIRED:
        at = min(at, timezone.now() - DAYS_TO_PAY - timedelta(hours=12))
    return Story(visitors.crowd.next(), state, at)


def _answer(stories: list[Story], ticket_type: TicketType, says: Answering) -> None:
    basic, form = basic_form(), ticket_type.attraction.form
    given = [says(story.person, ticket_type.attraction) for story in stories]
    versions = (("basic", basic.current if basic else None, 0), ("submission", form.current if form else None, 1))
    for name, version, number in versions:
        if version is not None:
            _submit(stories, name, version, [answers[number] for answers in given])


def _submit(stories: list[Story], name: str, version: FormVersion, given: list[dict[str, object]]) -> None:
    rows = [
        Submission(version=version, answers=dict(answers), created_at=story.at)
        for story, answers in zip(stories, given, strict=True)
    ]
    for story, row in zip(stories, Submission.objects.bulk_create(rows), strict=True):
        story.rows[name] = row


def _take_places(stories: list[Story], ticket_type: TicketType) -> None:
    holding = [story for story in stories if story.has_place]
    holds = [Hold(expires_at=None if story.state == State.COMPLETED else story.at + DAYS_TO_PAY) for story in holding]
    for story, hold in zip(holding, Hold.objects.bulk_create(holds), strict=True):
        story.rows["hold"] = hold
    pools = pools_of(ticket_type, ticket_type.attraction.event)
    chosen = _choices_with_places(ticket_type)
    claims = [Claim(hold=story.rows["hold"], pool=pool, quantity=1) for pool in pools for story in holding]
    for story in holding:
        answers = story.rows["submission"].answers if "submission" in story.rows else {}
        claims += [
            Claim(hold=story.rows["hold"], pool=pool, quantity=1)
            for (name, value), pool in chosen.items()
            if answers.get(name) == value
        ]
    Claim.objects.bulk_create(claims)


def _choices_with_places(ticket_type: TicketType) -> dict[tuple[str, str], Pool]:
    """By name of the question and value."""
    form = ticket_type.attraction.form
    if form is None:
        return {}
    rows = FormChoice.objects.filter(question__version=form.current, pool__isnull=False).select_related(
        "question", "pool"
    )
    return {(choice.question.name, choice.value): choice.pool for choice in rows}


def _order(visitors: Visitors, stories: list[Story], ticket_type: TicketType) -> None:
    names = {story.person.email: story.person.name for story in stories if story.state == State.COMPLETED}
    users, _made = User.objects.for_people(names, language=visitors.here.language)
    orders = []
    for story in stories:
        story.user = users.get(story.person.email)
        state = OF_ORDER[State(story.state)]
        if state == Order.State.AWAITING_PAYMENT and not ticket_type.price:
            state = Order.State.PAID
        orders.append(
            Order(
                state=state,
                buyer_name=story.person.name,
                buyer_email=story.person.email,
                language=visitors.here.language,
                currency=visitors.here.currency,
                total=ticket_type.price,
                expires_at=story.at + DAYS_TO_PAY if state == Order.State.AWAITING_PAYMENT else None,
                created_at=story.at,
                paid_at=story.paid_at if state == Order.State.PAID else None,
                closed_at=story.at + DAYS_TO_PAY if state in (Order.State.EXPIRED, Order.State.CANCELLED) else None,
            )
        )
    for story, order in zip(stories, Order.objects.bulk_create(orders), strict=True):
        story.order = order


def _register(stories: list[Story], ticket_type: TicketType) -> None:
    event = ticket_type.attraction.event
    label = f"{event}: {ticket_type.attraction.name} · {ticket_type.name}"[:300]
    lines = OrderLine.objects.bulk_create(
        OrderLine(
            order=story.order,
            position=1,
            kind=KIND,
            description=label,
            amount=ticket_type.price,
            **asdict(tax_of(ticket_type, story.at)),
            cancelled_at=story.at + timedelta(days=2) if story.state == State.CANCELLED else None,
        )
        for story in stories
    )
    plan_anew(len(lines))
    made = Registration.objects.bulk_create(
        Registration(
            line=line,
            event=event,
            attraction=ticket_type.attraction,
            ticket_type=ticket_type,
            state=story.state,
            attendee=story.user,
            attendee_name=story.person.name,
            attendee_email=story.person.email,
            created_at=story.at,
            completed_at=story.paid_at if story.state == State.COMPLETED else None,
            cancelled_at=story.at + timedelta(days=2) if story.state == State.CANCELLED else None,
            **story.rows,
        )
        for story, line in zip(stories, lines, strict=True)
    )
    plan_anew(len(made))
    Ticket.objects.bulk_create(
        Ticket(registration=row, holder_number=row.attendee_id, issued_at=row.completed_at)
        for row in made
        if row.attendee_id and row.completed_at
    )


def _pay(visitors: Visitors, stories: list[Story], ticket_type: TicketType) -> None:
    option = visitors.event.payment_options.filter(method="transfer").first()
    how = ("transfer", option.settings) if ticket_type.price and option else ("free", {})
    paid = {State.COMPLETED: Payment.State.PAID, State.PAYING: Payment.State.PENDING}
    plan_anew(len(stories))
    Payment.objects.bulk_create(
        Payment(
            order=story.order,
            method=how[0],
            settings=how[1],
            state=paid.get(State(story.state), Payment.State.CANCELLED),
            amount=Decimal(ticket_type.price),
            currency=visitors.here.currency,
            reference=f"DEMO{codes.readable(10)}",
            created_at=story.at + timedelta(minutes=4),
            settled_at=story.paid_at if story.state == State.COMPLETED else None,
        )
        for story in stories
    )
