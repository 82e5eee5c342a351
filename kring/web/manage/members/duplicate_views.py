"""Members who may be in the register twice: found, told apart, merged, and the merge taken back (M1)."""

from __future__ import annotations

from collections.abc import Mapping

from django.apps import apps
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.core import dates
from kring.core.refusals import Refusal
from kring.members import duplicates
from kring.members.merging import fields, rights, running, undoing
from kring.members.models import Household, Member, MemberMerge
from kring.web.manage.members.merging_forms import MergeForm
from kring.web.manage.pages import ask, attempt, show
from kring.web.manage.rights import may, needs
from kring.web.manage.shared.lists import PAGE, ForgivingPaginator

PER_PAGE = 25
LATEST = 10


@needs("change_members")
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    """Pairs, and the latest merges. A constant number of statements."""
    page = ForgivingPaginator(duplicates.pairs(), PER_PAGE).page(request.GET.get(PAGE, 1))
    keys = [key for pair in page.object_list for key in (pair.one, pair.other)]
    people = Member.objects.select_related("household").in_bulk(keys)
    found = [
        {
            "one": people[pair.one],
            "other": people[pair.other],
            "reasons": [duplicates.REASONS[reason] for reason in pair.reasons],
        }
        for pair in page.object_list
        if pair.one in people and pair.other in people
    ]
    return show(
        request,
        "manage/members/duplicates.html",
        pairs=found,
        page=page,
        merges=MemberMerge.objects.undoable().select_related("kept", "by")[:LATEST],
        back=reverse("manage:members"),
    )


@needs("change_members")
@require_POST
@never_cache
def apart(request: UserRequest, pk: int, other_pk: int) -> HttpResponse:
    one, other = get_object_or_404(Member, pk=pk), get_object_or_404(Member, pk=other_pk)
    if one != other:
        duplicates.tell_apart(one, other, by=request.user)
        messages.success(request, _("%(one)s and %(other)s are two people.") % {"one": one, "other": other})
    return redirect("manage:member_duplicates")


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def merge(request: UserRequest, pk: int, other_pk: int) -> HttpResponse:
    """Side by side; `pk` is the one who stays."""
    kept, gone = _member(pk), _member(other_pk)
    if kept == gone:
        messages.warning(request, _("This is one and the same member: choose another one."))
        return redirect("manage:member", pk)
    differences = fields.differences(kept, gone, with_bank=may(request, "see_bank_accounts"))
    form = MergeForm(request.POST or None, differences=differences, kept=kept, gone=gone)

    def save() -> bool:
        running.merge(kept, gone, form.chosen, by=request.user)
        return True

    shifts = None
    if form.is_valid():
        shifts = _foreseen(kept, gone, form.chosen)
        form.demand_seen(shifts)
    if form.is_valid() and attempt(form, save):
        messages.success(
            request, _("%(name)s is one member now, number %(number)s.") % {"name": kept, "number": kept.number}
        )
        for home in _left_empty(kept, gone):
            text = _("Nobody is left in the household %(household)s. Remove it if the merge is right.")
            messages.info(request, text % {"household": home})
        return redirect("manage:member", pk)
    if shifts is None:
        shifts = _foreseen(kept, gone, form.asked)
    form.show_rights(shifts)
    return show(
        request,
        "manage/members/merge.html",
        status=422 if form.is_bound else 200,
        form=form,
        kept=kept,
        gone=gone,
        shifts=shifts,
        moving=_counted(running.counts(kept, gone)),
        back=reverse("manage:member_duplicates"),
    )


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def undo(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(MemberMerge.objects.select_related("kept"), pk=pk)
    if request.method == "POST":
        try:
            with transaction.atomic():
                back = undoing.undo(found)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("manage:member", found.kept_id)
        messages.success(request, _("%(name)s is in the register again, number %(number)s.") % _facts(back))
        return redirect("manage:member", back.pk)
    until = _("This can be done until %(day)s, while nothing else has changed what the merge moved.")
    return ask(
        request,
        title=_("Undo the merge of %(name)s, number %(number)s?") % {"name": found.name, "number": found.number},
        consequences=[
            _("Both are in the register again, with what each of them had."),
            _("What came to %(name)s since stays there.") % {"name": found.kept},
            until % {"day": dates.deadline(found.undoable_until)},
        ],
        button=_("Undo merge"),
        back=reverse("manage:member", args=[found.kept_id]),
        tone="primary",
    )


def _left_empty(kept: Member, gone: Member) -> QuerySet[Household]:
    """Households of the two that have nobody now. They stay, so that the merge can be undone."""
    theirs = Household.objects.filter(pk__in=[kept.household_id, gone.household_id])
    return theirs.filter(members=None, guardians=None)


def _foreseen(kept: Member, gone: Member, chosen: Mapping[str, str]) -> rights.Shifts:
    """None where the merge is refused, which it says itself."""
    try:
        return rights.foreseen(kept, gone, chosen)
    except Refusal:
        return rights.Shifts([], [])


def _member(pk: int) -> Member:
    found: Member = get_object_or_404(Member.objects.select_related("household", "user", "submission"), pk=pk)
    return found


def _facts(member: Member) -> Mapping[str, object]:
    return {"name": member, "number": member.number}


def _counted(found: Mapping[str, int]) -> list[tuple[str, int]]:
    def label(name: str) -> str:
        return capfirst(str(apps.get_model(name)._meta.verbose_name_plural))

    return sorted((label(name), number) for name, number in found.items())
