"""Data and consents of oneself and of one's children, and the changes that were asked for (M3, M7)."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kring.accounts.requests import UserRequest
from kring.forms.django_form import AnswerForm, sent_with
from kring.forms.models import FormVersion
from kring.members import own_people, requesting, terms
from kring.members.models import BankAccount, ChangeRequest, Consent, Member
from kring.members.own_fields import BY_MEMBER, current_version, shown_to
from kring.members.own_people import PortalPerson
from kring.web.access import needs_login
from kring.web.manage.pages import attempt
from kring.web.manage.shared.further_questions import further_answers
from kring.web.my.data_form import NOTES, DataForm
from kring.web.my.forms import ConsentsForm

NOTES_OF_ANSWERS = {
    terms.Term.WITH_APPROVAL: NOTES[terms.Term.WITH_APPROVAL],
    terms.Term.NEVER: gettext_lazy("Only the organisation changes this."),
}


def person_of(request: UserRequest, pk: int) -> PortalPerson:
    """One's own membership, or a child's; 404 for anybody else's."""
    found = own_people.person(request.user, pk)
    if found is None:
        raise Http404
    return found


@needs_login
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def data(request: UserRequest, pk: int) -> HttpResponse:
    person = person_of(request, pk)
    member = person.member
    form = DataForm(
        request.POST or None,
        organisation=request.organisation,
        member=member,
        account=BankAccount.objects.filter(member=member).first() if person.decides else None,
        parts=requesting.open_parts(person),
        others_at_address=_others_at_address(member),
    )

    def save() -> requesting.Outcome:
        return requesting.ask(request.user, member, form.values(), moves_household=form.moves_household)

    if form.is_valid() and (outcome := attempt(form, save)) is not None:
        for text in _sentences(outcome):
            messages.success(request, text)
        return redirect("my:member-data", pk)
    asked = ChangeRequest.objects.filter(member=member).order_by("-pk")[:20]
    page = {
        "form": form,
        "person": person,
        "asked": [(each, capfirst(terms.label(each.part)), _values(each)) for each in asked],
        "pending": ChangeRequest.PENDING,
        "may_answer": _asked_version(person) is not None,
        "answers": shown_to(further_answers(member), *BY_MEMBER),
    }
    return render(request, "my/member_data.html", page, status=422 if form.is_bound else 200)


@needs_login
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def answers(request: UserRequest, pk: int) -> HttpResponse:
    """The organisation's own questions, but for those that only the administration sees."""
    person = person_of(request, pk)
    version, how = _asked_version(person), terms.of_answers()
    if version is None:
        raise Http404
    form = AnswerForm(
        version,
        **sent_with(request),
        submission=person.member.submission,
        own=person.is_own,
        for_staff=False,
        alongside={"birth_date": person.member.birth_date.isoformat()} if person.member.birth_date else None,
        fixed=[name for name, term in how.items() if term == terms.Term.NEVER],
    )
    _say_how(form, how)

    def save() -> requesting.Outcome:
        return requesting.answer(request.user, person.member, version, form.changes())

    if form.is_valid() and (outcome := attempt(form, save)) is not None:
        for text in _sentences(outcome):
            messages.success(request, text)
        return redirect("my:member-data", pk)
    page = {"form": form, "person": person}
    return render(request, "my/member_answers.html", page, status=422 if form.is_bound else 200)


@needs_login
@require_POST
@never_cache
def withdrawal(request: UserRequest, pk: int) -> HttpResponse:
    """Of a change that was asked for, by whoever may see the member."""
    found = get_object_or_404(ChangeRequest.objects.select_related("member"), pk=pk)
    person_of(request, found.member_id)
    requesting.withdraw(request.user, found)
    messages.success(request, _("The change is no longer requested."))
    return redirect("my:member-data", found.member_id)


@needs_login
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def member_consents(request: UserRequest, pk: int) -> HttpResponse:
    person = person_of(request, pk)
    form = ConsentsForm(request.POST or None, member=person.member)
    if person.decides and form.is_valid():
        requesting.consent(request.user, person.member, form.cleaned_data)
        messages.success(request, _("Your choice has been saved."))
        return redirect("my:member-consents", pk)
    history = Consent.objects.filter(member=person.member)[:50]
    page = {"form": form, "person": person, "history": history}
    return render(request, "my/member_consents.html", page, status=422 if form.is_bound and person.decides else 200)


def _asked_version(person: PortalPerson) -> FormVersion | None:
    """What this login may answer about the person."""
    open_now = set(terms.of_answers().values()) - {terms.Term.NEVER} if person.may_change else set()
    return current_version() if open_now else None


def _say_how(form: AnswerForm, how: Mapping[str, terms.Term]) -> None:
    """Beside each question that is not changed at once."""
    for name, field in form.fields.items():
        if note := NOTES_OF_ANSWERS.get(how.get(name, terms.Term.NEVER)):
            field.help_text = " ".join(filter(None, (str(field.help_text), str(note))))


def _others_at_address(member: Member) -> int:
    if member.household_id is None or member.has_own_address:
        return 0
    followers = Member.objects.filter(household=member.household_id, has_own_address=False)
    return followers.exclude(pk=member.pk).count()


def _values(asked: ChangeRequest) -> tuple[str, str]:
    return terms.text_of(asked.part, asked.old), terms.text_of(asked.part, asked.new)


def _sentences(outcome: requesting.Outcome) -> list[str]:
    found: list[str] = []
    if outcome.changed:
        found.append(_("Changed: %(parts)s.") % {"parts": _names(outcome.changed)})
    if outcome.requested:
        found.append(_("Requested, and waiting for approval: %(parts)s.") % {"parts": _names(outcome.requested)})
    if outcome.unproved:
        found.append(_("Open the link in the email we have just sent to the new address: it is used from then on."))
    return found or [_("Nothing was changed.")]


def _names(parts: list[str]) -> str:
    return ", ".join(terms.label(part) for part in parts)
