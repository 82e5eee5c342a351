"""A whole registration in one act, for programs and imports: the steps a visitor takes page by page (R1, R8, X2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Unpack

from django.db.models import prefetch_related_objects

from kring.accounts import professions
from kring.billing.locking import ours
from kring.billing.models import Order
from kring.core.addresses import normalised
from kring.core.tenancy import scope
from kring.events.eligibility import Applicant, Reason, decide, decide_what_is_typed
from kring.events.eligibility.consulting import consult
from kring.events.models import Attraction, CampaignCode, Event, Session, TicketType
from kring.events.pricing import codes, price_list
from kring.forms.django_form import AnswerForm, AnswerFormOptions, as_data
from kring.forms.models import FormVersion
from kring.organisations.current import current_organisation
from kring.organisations.models import Organisation
from kring.payments.free_of_charge import complete_for_free
from kring.places import claiming
from kring.registrations import booking, choices, code_uses, filling, member_prices, refusals, sessions
from kring.registrations.loading import load
from kring.registrations.models import Registration
from kring.registrations.naming import Attendee

Answers = Mapping[str, object]


@dataclass(frozen=True)
class RegistrationRequest:
    """One ticket and its attendee. `basic` and `answers`: name of the question → answer, as in a Submission.
    No `email`: the buyer's. `email_confirmed`: the program that registers them vouches that the address is theirs."""

    ticket_type: int
    name: str
    email: str = ""
    profession: str = ""
    basic: Answers = field(default_factory=dict)
    answers: Answers = field(default_factory=dict)
    sessions: Sequence[int] = ()
    email_confirmed: bool = False
    # What the buyer chose to pay, where the type lets them.
    price: Decimal | None = None


@dataclass(frozen=True)
class _Checked:
    entry: RegistrationRequest
    ticket_type: TicketType
    basic: Answers | None
    own: Answers | None

    @property
    def applicant(self) -> Applicant:
        answers = {**(self.own or {}), **(self.basic or {})}
        who = self.entry
        return Applicant(
            name=who.name,
            email=normalised(who.email),
            profession=who.profession,
            answers=answers,
            is_email_proved=who.email_confirmed,
        )


@dataclass(frozen=True)
class _Buyer:
    name: str
    email: str
    terms_version: int
    gift: Decimal


def register(
    organisation: Organisation,
    event: Event,
    entries: Sequence[RegistrationRequest],
    *,
    buyer_name: str,
    buyer_email: str,
    language: str,
    secret: str | None = None,
    terms_version: int = 0,
    gift: Decimal = Decimal(0),
    code: str = "",
) -> Order:
    """An order in which everybody is filled in; complete where nothing is to be paid. All of it, or nothing.

    To be called outside any scope: a registry may be queried. Raises AnswersWrong with what is wrong by entry,
    NotEligible with all reasons by entry, CodeUnknown, and what `book` (the `secret` is for it), `assign` and
    `sessions.choose` raise.
    """
    entries = [each if each.email else replace(each, email=buyer_email, email_confirmed=False) for each in entries]
    with scope(organisation):
        for each in entries:
            professions.demand_offered(each.profession)
        entered = codes.enter(event, code) if code else None
        checked = _checked(event, entries, entered, terms=_terms_wrong(terms_version))
    for attraction, applicants in _by_attraction(checked):
        consult(organisation, attraction, applicants)
    with scope(organisation):
        _refuse_who_may_not(checked, terms=_terms_wrong(terms_version))
        wanted = Counter(each.entry.ticket_type for each in checked)
        member_prices.lock(
            {rule.condition for rule in price_list.rules_of(event)},
            [buyer_email, *(each.email for each in entries if each.email_confirmed)],
        )
        # Nobody else sees it before the transaction ends: it needs no lock.
        prices = {key: [each.entry.price for each in checked if each.entry.ticket_type == key] for key in wanted}
        entered = codes.enter(event, code) if code else None
        order = ours(booking.book(event, wanted, language=language, secret=secret, prices=prices, code=entered))
        buyer = _Buyer(buyer_name, buyer_email, terms_version, gift)
        _fill_in(order, checked, buyer)
        if not order.total:
            complete_for_free(order)
        return order


def _terms_wrong(accepted: int) -> Sequence[Mapping[str, str]]:
    """What is wrong with the version of the terms that was accepted; by itself `assign` refuses it."""
    return (
        ()
        if accepted == current_organisation().terms_version
        else refusals.TermsNotAccepted(current_organisation().terms_version).errors
    )


def _checked(
    event: Event,
    entries: Sequence[RegistrationRequest],
    code: CampaignCode | None,
    *,
    terms: Sequence[Mapping[str, str]],
) -> list[_Checked]:
    """Raises AnswersWrong with all errors that can be found by then: no registry is queried about answers that are
    not right yet."""
    rows = TicketType.objects.filter(attraction__event=event, pk__in={entry.ticket_type for entry in entries})
    types = {row.pk: row for row in rows.select_related("attraction__event") if booking.is_known(row, None, code)}
    if len(types) < len({entry.ticket_type for entry in entries}):
        raise refusals.NotOnSale(ticket_type=event)
    requested = filling.forms_of_attractions({row.attraction_id: row.attraction for row in types.values()}.values())
    found: list[_Checked] = []
    wrong: dict[str, dict[str, dict[str, list[str]]]] = {}
    for number, entry in enumerate(entries):
        ticket_type = types[entry.ticket_type]
        wanted = requested[ticket_type.attraction_id]
        basic, errors = answered(wanted.basic, entry.basic, demanded=frozenset(event.demanded))
        own, more = answered(wanted.form, entry.answers, alongside=basic)
        if errors or more:
            wrong[_pointer(number)] = {"basic": errors, "answers": more}
        found.append(_Checked(entry, ticket_type, basic, own))
    if wrong:
        reasons = {_pointer(number): _typed_reasons(each) for number, each in enumerate(found)}
        raise refusals.AnswersWrong(wrong, reasons, terms)
    return found


def _pointer(number: int) -> str:
    return f"#/registrations/{number}"


def _typed_reasons(checked: _Checked) -> list[Reason]:
    return [reason for _names, reason in decide_what_is_typed(checked.ticket_type.attraction, checked.applicant)]


def answered(
    version: FormVersion | None,
    answers: Answers,
    *,
    kept: Mapping[str, object] | None = None,
    **options: Unpack[AnswerFormOptions],
) -> tuple[dict[str, object] | None, dict[str, list[str]]]:
    """The answers as they are kept, and what is wrong by question. `kept`: what else a browser would send."""
    if version is None:
        return None, {name: [str(refusals.NO_SUCH_QUESTION)] for name in answers}
    empty = AnswerForm(version, **options)
    form = AnswerForm(version, data=as_data(empty, answers) | dict(kept or {}), files={}, **options)
    known = {question.name for question in form.questions}
    errors = {name: list(map(str, found)) for name, found in form.errors.items()}
    errors |= {name: [str(refusals.NO_SUCH_QUESTION)] for name in answers.keys() - known}
    # The valid ones of partly invalid answers: the rules are checked against those.
    return form.answers(), errors


def _by_attraction(checked: Sequence[_Checked]) -> list[tuple[Attraction, list[Applicant]]]:
    found: dict[int, tuple[Attraction, list[Applicant]]] = {}
    for each in checked:
        attraction = each.ticket_type.attraction
        found.setdefault(attraction.pk, (attraction, []))[1].append(each.applicant)
    return list(found.values())


def _refuse_who_may_not(checked: Sequence[_Checked], *, terms: Sequence[Mapping[str, str]]) -> None:
    reasons: dict[str, list[Reason]] = {}
    for number, each in enumerate(checked):
        if found := decide(each.ticket_type.attraction, each.applicant):
            reasons[_pointer(number)] = found
    if reasons:
        raise refusals.NotEligible(reasons, terms)


def _fill_in(order: Order, checked: Sequence[_Checked], buyer: _Buyer) -> None:
    lines = _in_the_order_of(load(order), checked)
    attendees = [
        Attendee(False, who.name, who.email, who.profession, who.email_confirmed)
        for who in (each.entry for each in lines)
    ]
    booking.assign(
        order,
        buyer_name=buyer.name,
        buyer_email=buyer.email,
        attendees=attendees,
        is_by_staff=True,
        terms_version=buyer.terms_version,
        gift=buyer.gift,
    )
    # Read once more only where a form asks for more than a name.
    rows = load(order)
    for registration in rows:
        registration.attraction.event = registration.event
    requested = filling.requested_forms(rows)
    wanted = {key for each in checked for key in each.entry.sessions}
    if wanted or any(each.anything for each in requested.values()):
        prefetch_related_objects(rows, "hold")
    _lock(rows, requested.values(), wanted)
    for registration, each in zip(rows, lines, strict=True):
        if requested[registration.pk].anything:
            filling.answer(registration, requested[registration.pk], basic=each.basic, own=each.own)
        if each.entry.sessions:
            sessions.choose(registration, _sessions(registration, each.entry.sessions))
        filling.finish(registration, requested[registration.pk])


def _lock(rows: Sequence[Registration], requested: Iterable[filling.RegistrationForms], session_keys: set[int]) -> None:
    """Answers and choices of all attendees take places one after the other, with the locks of a single registration."""
    versions = {version for each in requested for version in (each.basic, each.form) if version}
    if versions or session_keys:
        sessions.lock_people(rows)
    code_uses.lock_pools(rows[0].line.order)
    choices.lock_all(versions)
    if session_keys:
        claiming.lock(Session.objects.filter(pk__in=session_keys).values_list("pool_id", flat=True))


def _sessions(registration: Registration, keys: Sequence[int]) -> list[Session]:
    found = list(Session.objects.filter(pk__in=keys).select_related("pool"))
    if len(found) < len(set(keys)):
        raise refusals.NoSuchSession(attraction=registration.attraction)
    return found


def _in_the_order_of(rows: Sequence[Registration], checked: Sequence[_Checked]) -> list[_Checked]:
    """`book` sorts by the page; within one ticket type they keep their order."""
    waiting: dict[int, list[_Checked]] = {}
    for each in checked:
        waiting.setdefault(each.entry.ticket_type, []).append(each)
    return [waiting[registration.ticket_type_id].pop(0) for registration in rows]
