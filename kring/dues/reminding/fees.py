"""What a reminder costs the payer: a contribution of its own kind, by the verb of all others; waived as all others."""

from __future__ import annotations

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kring.dues import recording
from kring.dues.models import Contribution
from kring.dues.recording import Draft
from kring.dues.reminding import mails
from kring.dues.reminding.planning import Going


def charge(going: Going) -> Contribution:
    """For the oldest of what is overdue and no fee itself; due at once."""
    about = next(debt.contribution for debt in going.group.debts if not debt.is_fee)
    with translation.override(mails.language_of(about.payer)):
        words = _("Reminder fee")
    draft = Draft(
        member=about.member_id,
        type=about.type_id,
        payer=about.payer,
        amount=going.fee,
        during=about.during,
        due_on=timezone.localdate(),
        words=words,
        kind=Contribution.Kind.REMINDER_FEE,
    )
    [made] = recording.record([draft])
    made.member = about.member
    return made
