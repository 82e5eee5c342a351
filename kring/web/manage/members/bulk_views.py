"""Acts on the selected members, or on all found: seen first, then done like the single act (M1, N2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.core.filenames import filename
from kring.members import bulk, printing, writing
from kring.members.models import Member, MemberBulk, MemberBulkItem
from kring.members.own_fields import own_fields
from kring.web.downloads import document
from kring.web.manage.members.bulk_forms import (
    ActForm,
    BulkGroupForm,
    BulkJoinForm,
    BulkMailForm,
    BulkStatusForm,
    BulkTypeForm,
    LabelsForm,
    LettersForm,
)
from kring.web.manage.members.filters import MemberFilter
from kring.web.manage.pages import show
from kring.web.manage.rights import may, needs
from kring.web.manage.shared.lists import LONGEST_ADDRESS, PAGE, ForgivingPaginator, ListAct

PREVIEWS, NAMED, PER_PAGE = 3, 10, 50
Kind = MemberBulk.Act
LABELS, LETTERS, MERGE = "labels", "letters", "merge"


@dataclass(frozen=True)
class Act:
    key: str
    right: str
    label: str | Promise
    icon: str
    form: Callable[[QueryDict | None], ActForm] = ActForm

    @property
    def is_printed(self) -> bool:
        return self.key in (LABELS, LETTERS)


ACTS: Mapping[str, Act] = {
    act.key: act
    for act in (
        Act(Kind.MAIL, "change_members", gettext_lazy("Send an email"), "mail", BulkMailForm),
        Act(LABELS, "see_members", gettext_lazy("Labels"), "printer", LabelsForm),
        Act(LETTERS, "see_members", gettext_lazy("Letters"), "file-text", LettersForm),
        Act(Kind.STATUS, "change_members", gettext_lazy("Change status"), "refresh", BulkStatusForm),
        Act(Kind.JOIN, "change_members", gettext_lazy("Put into group"), "hierarchy", BulkJoinForm),
        Act(Kind.LEAVE, "change_members", gettext_lazy("Take out of group"), "user-minus", BulkGroupForm),
        Act(Kind.TYPE, "change_members", gettext_lazy("Membership type"), "id-badge-2", BulkTypeForm),
        Act(Kind.INVITE, "change_members", gettext_lazy("Invite to a login"), "send"),
    )
}


def offered(request: UserRequest) -> list[ListAct]:
    """The acts this user may do on a selection, for the bar below the list."""
    acts = [
        ListAct(reverse(f"manage:members_act_{act.key}"), act.label, act.icon)
        for act in ACTS.values()
        if may(request, act.right)
    ]
    if may(request, "change_members"):
        acts.append(ListAct(reverse("manage:members_act_merge"), _("Merge two"), "users"))
    return acts


def view_of(key: str) -> Callable[..., HttpResponse]:
    """The page that shows what would happen, and does it."""
    act = ACTS[key]

    @needs(act.right)
    @require_POST
    @never_cache
    def view(request: UserRequest) -> HttpResponse:
        return _act(request, act)

    return view


@needs("change_members")
@require_POST
@never_cache
def merge_two(request: UserRequest) -> HttpResponse:
    keys = sorted(member.pk for member in _chosen(request)[:3])
    if len(keys) != 2:
        messages.warning(request, _("Select exactly two members to merge them."))
        return redirect(_back(request))
    return redirect("manage:member_merge", *keys)


@needs("change_members")
@require_safe
@never_cache
def done(request: UserRequest, pk: int) -> HttpResponse:
    """The progress, and who was left out and why. While it goes on the page reloads by itself."""
    found = get_object_or_404(MemberBulk.objects.select_related("created_by"), pk=pk)
    counts = bulk.progress(found)
    mails, total = found.mails.count(), sum(counts.values())
    left = found.mails.filter(sent_at=None).count() if mails else counts.get("", 0)
    items = found.items.exclude(outcome__in=[MemberBulkItem.Outcome.DONE, MemberBulkItem.Outcome.WAITING])
    page = ForgivingPaginator(items.select_related("member"), PER_PAGE).page(request.GET.get(PAGE, 1))
    return show(
        request,
        "manage/members/act_done.html",
        bulk=found,
        act=ACTS[found.act],
        counts=[(label, counts.get(value, 0)) for value, label in MemberBulkItem.Outcome.choices if counts.get(value)],
        mails=mails,
        total=mails or total,
        finished=(mails or total) - left,
        is_running=bool(left),
        page=page,
        back=reverse("manage:members"),
    )


def _act(request: UserRequest, act: Act) -> HttpResponse:
    members = _chosen(request)
    if not members:
        messages.warning(request, _("Select at least one member first."))
        return redirect(_back(request))
    step = request.POST.get("step", "")
    form = act.form(request.POST if step else None)
    is_sure = not form.fields or (form.is_bound and form.is_valid())
    # The user confirmed this number: if it differs by now, they must confirm again.
    if step == "do" and form.is_valid() and request.POST.get("number") == str(len(members)):
        if not act.is_printed:
            return redirect("manage:members_bulk", bulk.begin(act.key, members, by=request.user, **form.facts).pk)
        if file := _printed(act, form, members):
            return file
    facts = form.facts if form.fields and is_sure else {}
    return show(
        request,
        "manage/members/act.html",
        status=422 if form.is_bound and not form.is_valid() else 200,
        act=act,
        form=form,
        back=_back(request),
        number=len(members),
        picked=[] if request.POST.get("all") else [member.pk for member in members],
        list_address=request.POST.get("list", ""),
        ready=is_sure,
        placeholders=writing.PLACEHOLDERS.items() if "text" in form.fields else [],
        **(_outlook(act, members, facts) if is_sure else {}),
    )


def _chosen(request: UserRequest) -> list[Member]:
    """The selected ones, or all that the list finds now."""
    if request.POST.get("all"):
        address = request.POST.get("list", "")
        if len(address) > LONGEST_ADDRESS:
            # Cut short it would lose filters, and find more than was meant.
            raise SuspiciousOperation("The address of a list is too long.")
        own = own_fields()
        rows = MemberFilter(QueryDict(address), queryset=Member.objects.all(), request=request, own=own).qs
        return list(Member.objects.filter(pk__in=rows.values("pk")).select_related("household"))
    picked = [int(key) for key in request.POST.getlist("pick") if key.isdecimal() and len(key) < 19]
    return list(Member.objects.filter(pk__in=picked).select_related("household"))


def _outlook(act: Act, members: Sequence[Member], facts: Mapping[str, object]) -> dict[str, object]:
    """How many, and who is left out and why."""
    if act.is_printed:
        return _printing_outlook(members, facts)
    if act.key != Kind.MAIL:
        unable = bulk.foresee(act.key, members, facts)
        return {"able": len(members) - sum(map(len, unable.values())), "obstacles": _named(unable)}
    found, obstacles = writing.readers(members, facts)
    words = {"subject": str(facts["subject"]), "text": str(facts["text"])}
    return {
        "mails": len(found.recipients),
        "able": len(found.recipients),
        "obstacles": _named(obstacles),
        "previews": [
            {"to": f"{each.name} <{each.email}>", "mail": writing.preview(each, **words)}
            for each in found.recipients[:PREVIEWS]
        ],
    }


def _printing_outlook(members: Sequence[Member], facts: Mapping[str, object]) -> dict[str, object]:
    found = _addressed(members, facts)
    most = printing.MOST_LETTERS if "text" in facts else printing.MOST_LABELS
    obstacles: dict[str, Sequence[Member]] = {
        _("There is no postal address."): found.without,
        _("Deceased, or suspended, gone or not yet accepted."): found.excluded,
    }
    number = len(found.addressees)
    return {
        "able": number if number <= most else 0,
        "too_many": number > most,
        "most": most,
        "obstacles": _named(obstacles),
        "addressees": found.addressees[:PREVIEWS],
    }


def _addressed(members: Sequence[Member], facts: Mapping[str, object]) -> printing.Addressed:
    return printing.addressed(
        members, per_household=bool(facts["per_household"]), also_others=bool(facts["also_others"])
    )


def _printed(act: Act, form: ActForm, members: Sequence[Member]) -> HttpResponse | None:
    given = form.cleaned_data
    found = _addressed(members, form.facts).addressees
    if not found or len(found) > (printing.MOST_LETTERS if act.key == LETTERS else printing.MOST_LABELS):
        return None
    if act.key == LETTERS:
        content = printing.letters(found, subject=given["subject"], text=given["text"])
    else:
        content = printing.labels(found, printing.SHEETS[given["sheet"]], first=given["first"])
    return document(content, name=filename(str(act.label), ending="pdf"))


def _named(obstacles: Mapping[str, Sequence[Member]]) -> list[tuple[str, int, Sequence[Member]]]:
    return [(why, len(members), members[:NAMED]) for why, members in obstacles.items() if members]


def _back(request: UserRequest) -> str:
    return reverse("manage:members") + "?" + request.POST.get("list", "")[:8_000]
