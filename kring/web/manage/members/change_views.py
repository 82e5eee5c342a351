"""Changes that members ask for: what is open, deciding, and what may be changed in the portal at all (M3)."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Min, Q
from django.forms.boundfield import BoundField
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.forms.models import Question
from kring.members import numbering, requesting, terms
from kring.members.models import ChangeRequest, Member
from kring.members.own_fields import PREFIX, current_version
from kring.members.requesting import Decision
from kring.members.terms import NEVER_AT_ONCE, PARTS, Term
from kring.organisations import audit, changing
from kring.web.manage.pages import attempt, attempted, show
from kring.web.manage.rights import may, needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time

PAGE = 50
ACCEPT, REFUSE, LATER = "accept", "refuse", ""


@needs("change_members")
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    """Members with open requests, those that wait longest first."""
    is_open = Q(change_requests__state=ChangeRequest.State.OPEN)
    rows = Member.objects.filter(is_open).annotate(
        number_open=Count("change_requests"), waits_since=Min("change_requests__requested_at")
    )
    page = Paginator(rows.order_by("waits_since", "pk"), PAGE).get_page(request.GET.get("page"))
    return show(request, "manage/members/changes.html", page=page, back=reverse("manage:members"))


@dataclass(frozen=True)
class ShownRequest:
    request: ChangeRequest
    label: str
    old: str
    new: str
    # What stands there by now, if that is something else than what was to be changed.
    meanwhile: str | None
    is_theirs: bool
    whole: str
    fields: list[BoundField]


class DecisionForm(forms.Form):
    """A choice for each request; what was not looked at stays open."""

    def __init__(
        self, data: QueryDict | None = None, *, requests: list[ChangeRequest], member: Member, with_bank: bool
    ) -> None:
        super().__init__(data)
        self.requests = [each for each in requests if with_bank or each.part != "bank_account"]
        for each in self.requests:
            self.fields[f"decision_{each.pk}"] = forms.ChoiceField(
                label=gettext_lazy("Decision"),
                choices=[(LATER, _("decide later")), (ACCEPT, _("accept")), (REFUSE, _("refuse"))],
                required=False,
            )
            self.fields[f"reason_{each.pk}"] = forms.CharField(
                label=gettext_lazy("Reason for a refusal"),
                required=False,
                max_length=300,
                help_text=gettext_lazy("Who asked for it gets it by email."),
            )
            if each.part == "address":
                self.fields[f"moves_{each.pk}"] = forms.BooleanField(
                    label=gettext_lazy("The whole household moves"), required=False, initial=each.moves_household
                )
            self.fields[f"seen_{each.pk}"] = forms.CharField(
                widget=forms.HiddenInput, required=False, initial=requesting.now(each, member), max_length=5000
            )

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        for each in self.requests:
            if data.get(f"decision_{each.pk}") == REFUSE and not data.get(f"reason_{each.pk}"):
                self.add_error(f"reason_{each.pk}", _("Give the reason: the person who asked for it gets it by email."))
        return data

    def decisions(self) -> list[Decision]:
        given = self.cleaned_data
        return [
            Decision(
                each,
                given[f"decision_{each.pk}"] == ACCEPT,
                reason=given[f"reason_{each.pk}"],
                seen=given[f"seen_{each.pk}"],
                moves_household=bool(given.get(f"moves_{each.pk}")),
            )
            for each in self.requests
            if given[f"decision_{each.pk}"] != LATER
        ]


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def member(request: UserRequest, pk: int) -> HttpResponse:
    """All of one member. A whole account number is shown when it is asked for, and each look is in the log."""
    found = get_object_or_404(Member, pk=pk)
    rows = list(ChangeRequest.objects.open().filter(member=found).select_related("requested_by").order_by("pk"))
    with_bank = may(request, "see_bank_accounts")
    is_shown = with_bank and "show" in request.POST
    posted = request.POST if request.method == "POST" and not is_shown else None
    form = DecisionForm(posted, requests=rows, member=found, with_bank=with_bank)

    def save() -> int:
        return requesting.decide(found, form.decisions(), by=request.user)

    if form.is_valid() and (number := attempt(form, save)) is not None:
        text = ngettext("%(number)s change has been decided.", "%(number)s changes have been decided.", number)
        messages.success(request, text % {"number": number})
        return redirect("manage:member_changes", pk)
    if is_shown:
        audit.log("member.bank_account_seen", found)
    earlier = ChangeRequest.objects.filter(member=found).exclude(state__in=ChangeRequest.PENDING)
    return show(
        request,
        "manage/members/member_changes.html",
        status=422 if form.is_bound else 200,
        form=form,
        member=found,
        requests=[_shown(each, found, form, is_shown=is_shown) for each in rows],
        earlier=[
            (
                each,
                capfirst(terms.label(each.part)),
                terms.text_of(each.part, each.old),
                terms.text_of(each.part, each.new),
            )
            for each in earlier.select_related("decided_by").order_by("-pk")[:20]
        ],
        back=reverse("manage:change_requests"),
    )


def _old_and_new(each: ChangeRequest) -> tuple[str, str]:
    return terms.text_of(each.part, each.old), terms.text_of(each.part, each.new)


def _shown(each: ChangeRequest, member: Member, form: DecisionForm, *, is_shown: bool) -> ShownRequest:
    differs = requesting.differs_by_now(each, member)
    return ShownRequest(
        each,
        capfirst(terms.label(each.part)),
        *_old_and_new(each),
        requesting.text_now(each, member) if differs else None,
        requesting.is_still_theirs(each),
        each.new["iban"] if is_shown and each.part == "bank_account" else "",
        [form[name] for name in form.fields if name.endswith(f"_{each.pk}")],
    )


class PortalSettingsForm(forms.Form):
    """How each part of the data may be changed by members."""

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, initial=terms.terms())
        for part in PARTS:
            allowed = [each for each in Term if part not in NEVER_AT_ONCE or each != Term.AT_ONCE]
            self.fields[part] = forms.ChoiceField(
                label=capfirst(terms.label(part)), choices=[(each.value, each.label) for each in allowed]
            )
        self.fields[terms.ANSWERS] = forms.ChoiceField(
            label=_("Answers to your own questions"),
            choices=[(each.value, each.label) for each in Term],
            initial=terms.term_of_answers(),
        )
        self._ask_of_each()

    def _ask_of_each(self) -> None:
        """Of each own question, where it is to be otherwise than of the others."""
        version, kept = current_version(), numbering.settings().answer_terms
        for question in version.questions.exclude(audience=Question.Audience.STAFF) if version else ():
            # A file cannot wait for approval.
            allowed = [each for each in Term if question.type != Question.Type.FILE or each != Term.WITH_APPROVAL]
            self.fields[f"{PREFIX}{question.name}"] = forms.ChoiceField(
                label=question.words,
                choices=[("", _("as the other answers")), *((each.value, each.label) for each in allowed)],
                initial=kept.get(question.name, ""),
                required=False,
            )


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def portal_settings(request: UserRequest) -> HttpResponse:
    form = PortalSettingsForm(request.POST or None)
    merge(request, form)

    if form.is_valid() and attempted(
        form,
        lambda: changing.change(
            numbering.settings(), "register_settings.changed", **terms.as_stored(form.cleaned_data)
        ),
    ):
        messages.success(request, _("The settings have been saved."))
        return redirect("manage:members")
    return show(
        request,
        "manage/members/portal_settings.html",
        status=422 if form.is_bound else 200,
        form=form,
        back=reverse("manage:register_settings"),
    )
