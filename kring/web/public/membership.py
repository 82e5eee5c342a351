"""Where a member who was invited activates a login (M2). Opening the link does nothing yet: mail programs do it too."""

from __future__ import annotations

from typing import Any

from allauth.account.utils import perform_login
from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kring.accounts import welcome
from kring.accounts.models import User
from kring.accounts.requests import TenantRequest, user_of
from kring.core.proxies import client_address
from kring.core.refusals import Refusal
from kring.members import inviting
from kring.members.models import Member, MemberInvitation
from kring.organisations import audit
from kring.web.access import public
from kring.web.public.secret_links import behind_a_secret
from kring.web.public.welcome import WelcomePasswordForm

GUARDIAN = "guardian"


class WhoForm(forms.Form):
    """Which of the people at this address they are.

    `guardian`: how one is called whom the organisation knows under this address; None where the login has a name.
    """

    who = forms.ChoiceField(label=gettext_lazy("Who are you?"), widget=forms.RadioSelect)
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        help_text=gettext_lazy("If you are a parent or guardian, and none of these."),
        max_length=250,
        required=False,
        widget=forms.TextInput({"autocomplete": "name"}),
    )

    def __init__(self, data: Any = None, *, people: list[Member], guardian: str | None) -> None:
        self.people = {str(member.pk): member for member in people}
        super().__init__(data, initial={"name": guardian})
        if guardian is None:
            del self.fields["name"]
        who: Any = self.fields["who"]
        who.choices = [
            *((key, member.name) for key, member in self.people.items()),
            (GUARDIAN, _("A parent or guardian, and none of these")),
        ]

    def clean(self) -> dict[str, str]:
        given: dict[str, str] = super().clean() or {}
        if given.get("who") == GUARDIAN and "name" in self.fields and not given.get("name") and not self.errors:
            self.add_error("name", _("Say what you are called: the organisation sees it with your children."))
        return given

    def own(self) -> Member | None:
        return self.people.get(self.cleaned_data["who"])

    def called(self) -> str:
        own = self.own()
        return own.name if own is not None else self.cleaned_data.get("name", "")


@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def invitation(request: TenantRequest, secret: str) -> HttpResponse:
    found = inviting.behind(secret)
    if found is None:
        raise Http404
    people = inviting.people_of(found)
    if not found.is_open or not people:
        return render(request, "public/membership/over.html", status=410)
    user = user_of(request)
    if user is not None and user.email != found.email:
        return render(request, "public/membership/other_login.html", {"email": found.email})
    account = user or User.objects.filter(email=found.email, is_active=True).first()
    needs_password = user is None and (account is None or not account.has_usable_password())
    if user is None and not needs_password:
        # A login that exists is linked only by whoever can use it.
        messages.info(request, _("You have an account already. Log in, and your membership is added to it."))
        return redirect_to_login(request.get_full_path())
    called = inviting.guardian_called(found.email) if account is None else None
    who = WhoForm(request.POST or None, people=people, guardian=called)
    password = WelcomePasswordForm(account or User(email=found.email), request.POST or None) if needs_password else None
    if request.method == "POST" and who.is_valid() and (password is None or password.is_valid()):
        try:
            with transaction.atomic():
                owner = user or _opened(found, who, password)
                with audit.acting(owner, ip=client_address(request)):
                    inviting.accept(found, owner, own=who.own())
        except Refusal as refusal:
            who.add_error(None, str(refusal))
        else:
            if user is not None:
                return redirect("my:membership")
            return perform_login(request, owner, redirect_url="/portal/membership/")
    forms = [who, password] if password else [who]
    page = {"people": people, "who": who, "password": password, "forms": forms, "email": found.email}
    return render(request, "public/membership/invitation.html", page, status=422 if request.method == "POST" else 200)


def _opened(found: MemberInvitation, who: WhoForm, password: WelcomePasswordForm | None) -> User:
    """The account of this address, with its first password: the link came by mail, so the address is proved."""
    assert password is not None
    own = who.own()
    language = (own.language if own else "") or (get_language() or "en")[:2]
    owner, _made = User.objects.for_person(email=found.email, name=who.called(), language=language)
    welcome.accept(owner, password.cleaned_data["new_password1"])
    return owner
