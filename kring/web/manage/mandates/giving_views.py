"""Giving mandates on paper, changing them, and taking over what there is."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.core.sepa import Account
from kring.direct_debit import adopting, creditors, mandates
from kring.direct_debit.models import Mandate
from kring.dues import payers
from kring.dues.models import Payer
from kring.members import searching
from kring.members.models import Guardian, Member
from kring.web.manage.mandates.forms import AdoptForm, ChangeForm, MandateForm, SearchForm
from kring.web.manage.pages import attempt, attempted, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.filters import holds
from kring.web.manage.shared.merging import merge, one_save_at_a_time

MOST_FOUND = 20


@needs("manage_dues")
@require_safe
@never_cache
def search(request: UserRequest) -> HttpResponse:
    """Whose contributions are to be collected."""
    form = SearchForm(request.GET or None)
    text = str(form.cleaned_data.get("q", "")) if form.is_valid() else ""
    members = Member.objects.current().filter(searching.about_any(text)).order_by("sorting", "pk")
    sponsors = Payer.objects.filter(Q(member=None, guardian=None), holds("own_name", text))
    return show(
        request,
        "manage/mandates/search.html",
        form=form,
        members=members[:MOST_FOUND] if text else [],
        sponsors=sponsors[:MOST_FOUND] if text else [],
        text=text,
        has_creditor=creditors.usual() is not None,
        back=reverse("manage:mandates"),
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def of_member(request: UserRequest, pk: int) -> HttpResponse:
    """Of whoever pays for this member."""
    member = get_object_or_404(Member, pk=pk)
    if request.method == "POST":
        payer = payers.payer_of(member)
        return _give(request, payer, name=str(payer), about=member)
    return _give(request, None, name=_name_of(payers.people_of([member])[pk]), about=member)


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def of_payer(request: UserRequest, pk: int) -> HttpResponse:
    payer = get_object_or_404(Payer.objects.with_people(), pk=pk)
    return _give(request, payer, name=str(payer), about=None)


def _name_of(person: payers.Person) -> str:
    """Of somebody for whom there may be no row yet."""
    if person.chosen:
        return str(Payer.objects.get(pk=person.chosen))
    if person.guardian:
        return str(Guardian.objects.select_related("member").get(pk=person.guardian))
    return str(Member.objects.get(pk=person.member or 0))


def _give(request: UserRequest, payer: Payer | None, *, name: str, about: Member | None) -> HttpResponse:
    if creditors.usual() is None:
        messages.error(request, _("There is no account for collecting yet. Add one first."))
        return redirect("manage:creditors")
    form = MandateForm(request.POST or None, request.FILES or None, initial={"holder": name})

    def give() -> Mandate:
        assert payer is not None
        return mandates.give(
            payer,
            form.account(),
            form.found(),
            by=request.user,
            creditor=form.cleaned_data["creditor"],
            terms=form.terms(),
        )

    if form.is_valid() and (made := attempt(form, give)) is not None:
        messages.success(request, _("The mandate is noted. The payer gets an email."))
        return redirect("manage:mandate", made.pk)
    return show(
        request,
        "manage/mandates/form.html",
        status=422 if form.is_bound else 200,
        form=form,
        payer=name,
        about=about,
        back=reverse("manage:mandate_new"),
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def change(request: UserRequest, pk: int) -> HttpResponse:
    """Another account, holder or reference: a new version."""
    found: Mandate = get_object_or_404(Mandate.objects.with_people(), pk=pk)
    if not found.is_active:
        raise Http404
    version = mandates.version_of(found)
    now = Account(version.holder, version.iban)
    initial = {"holder": version.holder, "reference": version.reference}
    form = ChangeForm(request.POST or None, request.FILES or None, now=now, initial=initial)
    merge(request, form)

    def save() -> None:
        mandates.change(found, form.account(), form.found(), by=request.user, reference=form.cleaned_data["reference"])

    if form.is_valid() and attempted(form, save):
        messages.success(request, _("The mandate has been changed. The next collection tells the payer's bank."))
        return redirect("manage:mandate", pk)
    return show(
        request,
        "manage/mandates/change.html",
        status=422 if form.is_bound else 200,
        form=form,
        mandate=found,
        version=version,
        back=reverse("manage:mandate", args=[pk]),
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def adopting_page(request: UserRequest) -> HttpResponse:
    """Mandates agreed with applications, and members' accounts whose papers the organisation keeps."""
    form = AdoptForm(request.POST if "papers" in request.POST else None)

    def take() -> adopting.Adopted:
        if form.is_bound:
            return adopting.adopt_accounts(by=request.user, **form.cleaned_data)
        return adopting.adopt_applications(by=request.user)

    refused: adopting.Adopted | None = None
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        found = attempt(form, take)
        if found is not None:
            text = ngettext("%(number)s mandate taken over.", "%(number)s mandates taken over.", found.made)
            messages.success(request, text % {"number": found.made})
            refused = found
            form = AdoptForm()
    applications, accounts = adopting.number_to_adopt()
    return show(
        request,
        "manage/mandates/adopting.html",
        status=422 if form.is_bound else 200,
        form=form,
        applications=applications,
        accounts=accounts,
        refused=refused.refused if refused else [],
        back=reverse("manage:mandates"),
    )
