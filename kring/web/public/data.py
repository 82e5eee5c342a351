"""The third step of an order, for each attendee: basic data, the attraction's own questions, sessions (F1, F5, E9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import TenantRequest, user_of
from kring.billing.models import Order
from kring.core.refusals import Refusal
from kring.core.tenancy import opens_own_scope, scope
from kring.events.eligibility import Reason, decide, decide_what_is_typed
from kring.forms import answering
from kring.forms.django_form import AnswerForm, sent_with
from kring.members import acting
from kring.registrations import applicants, filling
from kring.registrations.filling import RegistrationForms
from kring.registrations.models import Registration
from kring.registrations.naming import demand_rights_of_buyer
from kring.registrations.teams.registering import typed_about
from kring.web.access import public
from kring.web.public import copying, prefill
from kring.web.public.checkout_flow import go_on
from kring.web.public.prefill import entry_behind
from kring.web.public.secret_links import behind_a_secret, order_behind
from kring.web.public.steps import DATA, line_of_steps
from kring.web.public.summary import Summary
from kring.web.session_choice import SessionsForm


@public
@opens_own_scope
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def data(request: TenantRequest, secret: str, position: int) -> HttpResponse:
    """Stored as soon as it is valid, also where a rule then refuses the attendee: nobody types it twice."""
    with scope(request.organisation):
        order = order_behind(secret, locked=request.method == "POST")
        if not order.is_unpaid or order.is_overdue:
            return redirect("public:order", secret)
        registration = registration_at(order, position)
        if not registration.attendee_name:
            return redirect("public:attendees", secret)
        # The register's data of a child are for those who may still register it.
        demand_rights_of_buyer(registration)
        requested = filling.requested_forms([registration])[registration.pk]
        forms = DetailsForms.of(request, registration, requested)
        if "copy" in request.POST:
            return _copied(request, order, registration, requested, forms)
        is_sent = request.method == "POST" and forms.are_valid()
        problem = keep(registration, requested, forms) if is_sent else ""
        if problem or not is_sent:
            return _page(request, order, registration, requested, forms, problem)
    return go_on(request.organisation, secret, by=user_of(request), shown=registration.pk)


def registration_at(order: Order, position: int) -> Registration:
    rows = Registration.objects.of_order(order).filter(line__cancelled_at=None, line__position=position)
    related = (
        "event",
        "attraction",
        "ticket_type",
        "line",
        "hold",
        "attendee",
        "member",
        "team",
        "basic__version",
        "submission__version",
    )
    found = get_object_or_404(rows.select_related(*related))
    found.line.order = order
    return found


def _copied(
    request: TenantRequest, order: Order, registration: Registration, requested: RegistrationForms, forms: DetailsForms
) -> HttpResponse:
    """The page again, with the answers for the first ticket; nothing is stored yet."""
    if source := copying.source_for(Summary(order), registration):
        copying.copy(source, forms, [forms.sessions] if forms.sessions else [])
    return _page(request, order, registration, requested, forms, "", is_copied=source is not None)


def keep(registration: Registration, requested: RegistrationForms, forms: DetailsForms) -> str:
    """ "" when it is kept; else why not, in a sentence."""
    try:
        with transaction.atomic():
            filling.answer(registration, requested, basic=forms.basic_answers, own=forms.own_answers)
    except Refusal as refusal:
        return str(refusal)
    # The answers are stored, even if the sessions are refused.
    return "" if forms.sessions is None or forms.sessions.keep() else str(forms.sessions.errors["sessions"][0])


@dataclass
class DetailsForms:
    """The forms for one person, on one page; None where there is none."""

    basic: AnswerForm | None
    own: AnswerForm | None
    sessions: SessionsForm | None = None

    @classmethod
    def of(cls, request: TenantRequest, registration: Registration, requested: RegistrationForms) -> DetailsForms:
        sent = sent_with(request)
        initial = _known(request, registration, requested)
        is_own = registration.attendee_id is not None and registration.attendee_id == request.user.pk
        basic = own = None
        if requested.basic:
            demanded = frozenset(registration.event.demanded)
            basic = AnswerForm(
                requested.basic,
                submission=registration.basic,
                prefix="basic",
                demanded=demanded,
                initial=initial,
                own=is_own,
                **sent,
            )
        if requested.form:
            answers = basic.answers() if basic and basic.is_bound and basic.errors is not None else {}
            own = AnswerForm(
                requested.form,
                submission=registration.submission,
                prefix="own",
                alongside=answers,
                initial=initial,
                own=is_own,
                **sent,
            )
        sessions = SessionsForm(sent.get("data"), registration=registration)
        return cls(basic, own, sessions if sessions.all else None)

    def __iter__(self) -> Iterator[AnswerForm]:
        return (form for form in (self.basic, self.own) if form is not None)

    def are_valid(self) -> bool:
        # No short-circuit: all errors show at once.
        return all([form.is_valid() for form in (*self, self.sessions) if form is not None])

    @property
    def basic_answers(self) -> dict[str, object] | None:
        return self.basic.answers() if self.basic else None

    @property
    def own_answers(self) -> dict[str, object] | None:
        return self.own.answers() if self.own else None


def _known(request: TenantRequest, registration: Registration, requested: RegistrationForms) -> dict[str, object]:
    """Initial values: for everybody the name given before, after waiting the answers given when joining, for the
    logged-in user the answers of last time (F2)."""
    first, _space, last = registration.attendee_name.partition(" ")
    known: dict[str, object] = {
        "first_name": first,
        "last_name": last,
        "email": registration.attendee_email,
        "country": request.organisation.country,
    }
    if (entry := entry_behind(registration)) and entry.name == registration.attendee_name:
        known |= entry.answers
    known |= typed_about(registration)
    user = user_of(request)
    if registration.member is not None and user is not None and user.pk == registration.line.order.buyer_id:
        known |= prefill.of_member(registration.member)
    if user is None or registration.attendee_id != user.pk:
        return known
    names = [
        name
        for version in (requested.basic, requested.form)
        if version
        for name in version.questions.values_list("name", flat=True)
    ]
    return known | answering.prefill(user, names)


def reasons_of(
    request: TenantRequest, registration: Registration, requested: RegistrationForms, forms: DetailsForms
) -> list[Reason]:
    """Why the attendee was sent back here, all of it above the form. When a correction is sent, it is what counts: each
    reason is among the other errors, and here only those about no question. Beside the question it is always shown.
    """
    applicant = applicants.applicant_of(registration)
    is_sent = request.method == "POST"
    if is_sent:
        answers = {
            **(forms.own_answers or {}),
            **(forms.basic_answers or {}),
            **acting.sure_answers(registration.member),
        }
        applicant = replace(applicant, answers=answers)
    elif not requested.is_answered_by(registration):
        return []
    elsewhere = []
    for names, reason in decide_what_is_typed(registration.attraction, applicant):
        # No short-circuit: one form may have the date of birth and the other the number.
        if not any([form.say_of(names, str(reason)) for form in forms]):
            elsewhere.append(reason)
    return elsewhere if is_sent else decide(registration.attraction, applicant)


def _may_prove(registration: Registration, reasons: Sequence[Reason]) -> bool:
    is_refused = any(each.rule == "member" for each in reasons)
    return is_refused and not applicants.is_at_the_buyers(registration)


def _page(
    request: TenantRequest,
    order: Order,
    registration: Registration,
    requested: RegistrationForms,
    forms: DetailsForms,
    problem: str,
    *,
    is_copied: bool = False,
) -> HttpResponse:
    summary, position = Summary(order), registration.line.position
    reasons = [] if is_copied else reasons_of(request, registration, requested, forms)
    page = {
        "order": order,
        "summary": summary,
        "asks_at": reverse("public:prices_of_answers", args=[order.secret, position]) if order.price_rules else "",
        "registration": registration,
        "number": [each.pk for each in summary.not_cancelled].index(registration.pk) + 1,
        "forms": forms,
        "source": copying.source_for(summary, registration),
        "is_copied": is_copied,
        "problem": problem,
        "reasons": reasons,
        "asks_for_proof": _may_prove(registration, reasons),
        **line_of_steps(summary, DATA),
    }
    return render(request, "public/data.html", page, status=422 if request.method == "POST" and not is_copied else 200)
