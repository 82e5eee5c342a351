"""What there is to do first, and what of it is done: by the rows, so that nobody ticks anything."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from kring.accounts.models import STAFF_ROLES, Role
from kring.core.row_counts import counts
from kring.events.models import Event
from kring.hosting.models import SampleRow
from kring.members.models import Member
from kring.organisations.models import Organisation
from kring.payments.models import ProviderAccount


@dataclass(frozen=True)
class FirstStep:
    title: str
    text: str
    url: str
    is_done: bool


def first_steps(here: Organisation) -> tuple[list[FirstStep], bool]:
    """And whether there is sample data, which counts for none of them. One statement."""
    samples = SampleRow.objects.keys
    public = Event.objects.exclude(state__in=[Event.State.NEW, Event.State.PENDING])
    members, events, sampled, accounts, colleagues = counts(
        Member.objects.exclude(pk__in=samples(SampleRow.Kind.MEMBER)).values("pk"),
        public.exclude(pk__in=samples(SampleRow.Kind.EVENT)).values("pk"),
        SampleRow.objects.values("pk"),
        ProviderAccount.objects.present().values("pk"),
        Role.objects.filter(name__in=STAFF_ROLES).values("user").distinct(),
    )
    steps = [
        FirstStep(
            _("Show who you are"),
            _("Your logo, your colours and the address for questions."),
            reverse("manage:settings"),
            bool(here.logo),
        ),
        FirstStep(
            _("Publish an event"),
            _("What, when and where, and what people can register for."),
            reverse("manage:event_new"),
            bool(events),
        ),
        FirstStep(
            _("Bring your members"),
            _("From a spreadsheet or another program, or one by one."),
            reverse("manage:imports"),
            bool(members),
        ),
        FirstStep(
            _("Say how people pay"),
            _("Your bank account in the settings, or an account with a payment provider."),
            reverse("manage:providers"),
            bool(accounts or here.bank_account),
        ),
        FirstStep(
            _("Publish your terms and privacy notice"),
            _("Buyers accept them, and each order keeps which version."),
            reverse("manage:terms"),
            bool(here.terms_version or here.privacy_version),
        ),
        FirstStep(
            _("Invite colleagues"),
            _("Organisers, treasurer, secretary, door: each sees what the role needs."),
            reverse("manage:users_new"),
            colleagues > 1,
        ),
        FirstStep(
            _("Say who emails are from"),
            _("The name that stands as sender, and where replies go."),
            reverse("manage:settings"),
            bool(here.mail_from or here.reply_to),
        ),
    ]
    return steps, bool(sampled)
