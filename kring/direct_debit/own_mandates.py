"""One's own mandate, in the portal: given, changed and withdrawn by whoever pays (C3)."""

from __future__ import annotations

from django.db.models import Q

from kring.accounts.models import User
from kring.core.refusals import NotAllowed
from kring.core.sepa import Account
from kring.core.transactions import in_transaction
from kring.direct_debit import mandates, refusals
from kring.direct_debit.evidence import agreed_in_portal, mandate_text
from kring.direct_debit.models import CreditorAccount, Mandate
from kring.dues import own as dues_own
from kring.dues import payers
from kring.dues.models import Contribution
from kring.dues.payers import Person
from kring.members.acting import guardianships_of
from kring.members.models import Guardian, Member


def person_of(user: User) -> Person | None:
    """As whom this login pays for somebody: for itself, or for others; None: somebody else pays."""
    found = _who_pays(user)
    own = [Person(member=key) for key in Member.objects.filter(user=user).order_by("pk").values_list("pk", flat=True)]
    own += [
        Person(guardian=key)
        for key in Guardian.objects.filter(user=user, member=None).order_by("pk").values_list("pk", flat=True)
    ]
    return next((each for each in own if each in found), None)


def _who_pays(user: User) -> set[Person]:
    """For themselves, children, those of a household they pay for, those for whom they were chosen; and of what was
    made for them before and is still owed."""
    known = dues_own.payers_of(user)
    guardian = Guardian.objects.filter(Q(user=user) | Q(member__user=user))
    members = Member.objects.filter(
        Q(user=user)
        | Q(pk__in=guardianships_of(user).in_force().values("child"))
        | Q(household__in=guardian.filter(is_payer=True).values("household"))
        | Q(payer_choices__payer__in=known)
    )
    found = set(payers.people_of(list(members.distinct())).values())
    owing = Contribution.objects.owing().filter(payer__in=known).values_list("payer", flat=True)
    return found | {payers.person_of(each) for each in known if each.pk in set(owing)}


def mandates_of(user: User) -> list[Mandate]:
    """Theirs, the latest first: also those that have ended, and of a payer that they are no more."""
    rows = Mandate.objects.filter(payer__in=dues_own.payers_of(user)).with_people()
    return list(rows.order_by("-set_up_at", "-pk")[:20])


@in_transaction
def give(user: User, account: Account, *, creditor: CreditorAccount, address: str) -> Mandate:
    """For what they pay, and nobody else's. Raises NotAllowed, NoCreditor, HasMandate, AccountOutsideSepa,
    HolderWithoutLetters."""
    person = person_of(user)
    if person is None:
        raise NotAllowed
    if creditor.retired_at is not None:
        raise refusals.NoCreditor
    payer = payers.rows_of({person})[person]
    evidence = agreed_in_portal(user, text=mandate_text(creditor), address=address)
    return mandates.give(payer, account, evidence, by=user, creditor=creditor)


@in_transaction
def change(user: User, mandate: Mandate, account: Account, *, address: str) -> bool:
    """Another account or holder. Raises as `mandates.change`."""
    evidence = agreed_in_portal(user, text=mandate_text(mandate.creditor_account), address=address)
    return mandates.change(mandate, account, evidence, by=user)
