"""The register of members: the list, one member, adding and changing (M1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.forms.models import Upload
from kring.mail.models import Message
from kring.members import duplicates, households, inviting, keeping, memberships
from kring.members.keeping import NewMember
from kring.members.models import BankAccount, ChangeRequest, Member, MemberInvitation, Membership
from kring.members.own_fields import own_fields
from kring.organisations import audit
from kring.organisations.audit import subject_type
from kring.web.manage.audit.history import entries_about_member
from kring.web.manage.members import bulk_views
from kring.web.manage.members.filters import MemberFilter
from kring.web.manage.members.forms import BankAccountForm, MemberForm
from kring.web.manage.members.table import MemberTable
from kring.web.manage.pages import TableList, attempt, attempted, is_htmx, show
from kring.web.manage.rights import may, needs
from kring.web.manage.shared.further_questions import Further, further_answers
from kring.web.manage.shared.list_tools import list_tools
from kring.web.manage.shared.lists import PER_PAGE, Selection, StateCount, page_asked, without
from kring.web.manage.shared.merging import merge, one_save_at_a_time
from kring.web.uploads import handed_in


@needs("see_members")
@list_tools
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    own = own_fields()
    filters = MemberFilter(request.GET, queryset=Member.objects.all(), request=request, own=own)
    selection = Selection(bulk_views.offered(request), has_all=True)
    table = MemberTable(
        filters.of_any_status,
        own=own,
        can_pick=bool(selection.acts),
        states=filters.states,
        first=(page_asked(request.GET) - 1) * PER_PAGE,
    )
    found = TableList(request, table, filters)
    found.selection, found.export = selection, reverse("manage:members_export")
    found.states = _counts(request, table.data.look.counts)
    found.exports_columns = found.exports_everything = True
    return show(request, "manage/results.html" if is_htmx(request) else "manage/members/list.html", list=found)


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest) -> HttpResponse:
    form = MemberForm(
        request.POST or None, organisation=request.organisation, with_bank=may(request, "see_bank_accounts")
    )
    further = Further(request, Member)

    def save() -> Member:
        version, answers = further.changes() or (None, {})
        wanted = NewMember(form.values(), type=form.cleaned_data["type"], version=version, answers=answers)
        return keeping.add(wanted, by=request.user)

    alike = list(duplicates.like(form.values())) if all([form.is_valid(), further.is_valid()]) else []
    seen = " ".join(str(each.pk) for each in alike)
    if seen and request.POST.get("alike", "") != seen:
        return _page(request, form, further, alike=alike, seen=seen)
    if _are_valid(form, further) and (made := attempt(form, save)):
        messages.success(request, _("%(name)s is a member, number %(number)s.") % {"name": made, "number": made.number})
        return redirect("manage:member", made.pk)
    return _page(request, form, further)


@needs("see_members")
@require_safe
@never_cache
def member(request: UserRequest, pk: int) -> HttpResponse:
    found = _member(pk)
    return show(
        request,
        "manage/members/detail.html",
        member=found,
        account=BankAccount.objects.filter(member=found).first() if may(request, "see_bank_accounts") else None,
        type=memberships.present_type(found),
        periods=_periods(found),
        plans=found.planned_statuses.select_related("planned_by"),
        number_requested=ChangeRequest.objects.open().filter(member=found).count(),
        merges=found.merges.undoable(),
        places=found.group_places.current().select_related("group", "season"),
        people=found.household.members.exclude(pk=pk) if found.household else [],
        guardians=found.guardianships.in_force().select_related("guardian__member"),
        answers=further_answers(found),
        is_minor=households.is_minor(found),
        consents=found.consents.select_related("recorded_by").order_by("-recorded_at", "-pk")[:20],
        contributions=found.contributions.order_by("-created_at", "-pk")[:12] if may(request, "see_dues") else None,
        history=entries_about_member(found),
        has_login=inviting.with_a_login().filter(pk=pk).exists(),
        invited=_invitation(found),
    )


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def change(request: UserRequest, pk: int) -> HttpResponse:
    found = _member(pk)
    form = MemberForm(request.POST or None, organisation=request.organisation, member=found)
    further = Further(request, Member, found)
    merge(request, form, further.form)

    if _are_valid(form, further) and attempted(
        form, lambda: keeping.change(found, form.values(), by=request.user, answers=further.changes())
    ):
        messages.success(request, _("The data of %(name)s have been saved.") % {"name": found})
        return redirect("manage:member", pk)
    return _page(request, form, further, found)


@needs("see_members")
@require_safe
def file(request: UserRequest, pk: int, key: str) -> HttpResponseBase:
    """A file among the answers about the member."""
    return handed_in(
        Upload.objects.filter(key=key, submission__in=Member.objects.filter(pk=pk).values("submission")).first()
    )


@needs("see_bank_accounts")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def bank_account(request: UserRequest, pk: int) -> HttpResponse:
    """Another account, or none; and the whole number, when it is asked for: each look at it is in the log."""
    found = _member(pk)
    account = BankAccount.objects.filter(member=found).first()
    is_shown = "show" in request.POST
    form = BankAccountForm(None if is_shown else request.POST or None)

    if form.is_valid() and attempted(form, lambda: keeping.change(found, form.cleaned_data, by=request.user)):
        messages.success(request, _("The bank account of %(name)s has been saved.") % {"name": found})
        return redirect("manage:member", pk)
    if is_shown and account is not None:
        audit.log("member.bank_account_seen", found)
    return show(
        request,
        "manage/members/bank_account.html",
        status=422 if form.is_bound else 200,
        form=form,
        member=found,
        account=account,
        is_shown=is_shown,
        back=reverse("manage:member", args=[pk]),
    )


def _invitation(member: Member) -> tuple[MemberInvitation, bool] | None:
    """The latest, and whether its mail failed."""
    found = MemberInvitation.objects.filter(invited__member=member).select_related("used_by").first()
    if found is None:
        return None
    mails = Message.objects.filter(subject_type=subject_type(MemberInvitation), subject_id=found.pk)
    return found, mails.filter(state=Message.State.FAILED).exists()


def _member(pk: int) -> Member:
    rows = Member.objects.select_related("household", "user", "submission__version")
    found: Member = get_object_or_404(rows, pk=pk)
    return found


def _periods(member: Member) -> list[tuple[Membership, object]]:
    """Each membership and its last day."""
    rows = member.memberships.select_related("type").order_by("-during")
    return [(row, row.during.upper and row.during.upper - timedelta(days=1)) for row in rows]


def _are_valid(form: MemberForm, further: Further) -> bool:
    """Both, so that all errors are shown at once. A PESEL number among the answers must not contradict the birth."""
    is_valid = form.is_valid()
    if further.form is not None and (day := form.cleaned_data.get("birth_date") if form.is_bound else None):
        further.form.alongside["birth_date"] = day.isoformat()
    return further.is_valid() and is_valid


def _counts(request: UserRequest, numbers: Mapping[str, int]) -> list[StateCount]:
    chosen = request.GET.get("state", "")
    return [
        StateCount(state, label, numbers[state], without(request.GET, state=state), state == chosen)
        for state, label in Member.State.choices
        if numbers.get(state)
    ]


def _page(
    request: UserRequest, form: MemberForm, further: Further, member: Member | None = None, **more: object
) -> HttpResponse:
    """`alike`: members who may be the same person, `seen`: their keys, sent back by whoever adds another one anyway."""
    return show(
        request,
        "manage/members/form.html",
        status=422 if form.is_bound and not more else 200,
        form=form,
        further=further,
        member=member,
        **more,
        back=reverse("manage:member", args=[member.pk]) if member else reverse("manage:members"),
    )
