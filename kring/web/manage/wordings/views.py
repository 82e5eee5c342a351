"""The texts of the organisation's mails, kind by kind and language by language (N1)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.mail import kinds, rewording
from kring.mail.kinds import MailKind
from kring.web.manage.pages import ask, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.mail_frames import holds_a_mail, is_a_mail
from kring.web.manage.shared.merging import merge, one_save_at_a_time
from kring.web.manage.wordings.forms import WordingForm

LANGUAGES = dict(settings.LANGUAGES)


@dataclass(frozen=True)
class Tongue:
    """One kind of mail in one language."""

    url: str
    label: str
    is_own: bool
    is_current: bool = False


@needs("manage_settings")
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    own = request.organisation.reworded_mails
    rows = [(str(kind.group), kind, _tongues(kind, own)) for kind in kinds.kinds()]
    rows.sort(key=lambda row: row[0])
    groups = [(name, [row[1:] for row in some]) for name, some in groupby(rows, key=lambda row: row[0])]
    return show(request, "manage/wordings/list.html", groups=groups, changed=len(own))


@needs("manage_settings")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@holds_a_mail
@one_save_at_a_time
def wording(request: UserRequest, template: str, language: str) -> HttpResponse:
    kind = _kind(template, language)
    form = WordingForm(request.POST or None, kind=kind, language=language)
    merge(request, form)
    if form.is_valid():
        rewording.reword(kind, language, **form.words())
        messages.success(request, _("From now on, this text is used."))
        return redirect("manage:wording", template, language)
    return show(
        request,
        "manage/wordings/form.html",
        status=422 if form.is_bound else 200,
        form=form,
        kind=kind,
        language=language,
        spoken=LANGUAGES[language],
        tongues=_tongues(kind, request.organisation.reworded_mails, language),
        placeholders=kind.by_name().items(),
    )


@needs("manage_settings")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@is_a_mail
def preview(request: UserRequest, template: str, language: str) -> HttpResponse:
    """The mail as it would arrive, for the frame on the page: with the words that are sent, or with those in use."""
    kind = _kind(template, language)
    form = WordingForm(request.POST or None, kind=kind, language=language)
    if form.is_bound and not form.is_valid():
        return render(request, "mail/mistakes.html", {"form": form}, status=422)
    made = rewording.preview(kind, language, organisation=request.organisation, **form.words())
    return HttpResponse(made.html)


@needs("manage_settings")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, template: str, language: str) -> HttpResponse:
    kind = _kind(template, language)
    if request.method == "POST":
        rewording.restore(kind, language)
        messages.success(request, _("From now on, Kring's text is used."))
        return redirect("manage:wording", template, language)
    return ask(
        request,
        title=_("Use Kring's text: “%(mail)s”?") % {"mail": kind.title},
        consequences=[
            _("Your own text in this language is removed. The log keeps it."),
            _("Emails not yet sent will use Kring's text. Those already sent stay as they are."),
        ],
        button=_("Use Kring's text"),
        back=reverse("manage:wording", args=[template, language]),
    )


def _kind(template: str, language: str) -> MailKind:
    found = kinds.kind(template)
    if found is None or language not in LANGUAGES:
        raise Http404
    return found


def _tongues(kind: MailKind, own: Collection[str], current: str = "") -> list[Tongue]:
    return [
        Tongue(
            reverse("manage:wording", args=[kind.template, code]),
            str(name),
            f"{kind.template}/{code}" in own,
            code == current,
        )
        for code, name in LANGUAGES.items()
    ]
