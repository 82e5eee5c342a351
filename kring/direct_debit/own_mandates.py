"""One's own mandate, in the portal: given, changed and withdrawn by whoever pays (C3)."""

from __future__ import annotations

from kring.accounts.models import User
from kring.core.refusals import NotAllowed
from kring.core.sepa import Account
from kring.core.transactions import in_transaction
from kring.direct_debit import mandates, refusals
from kring.direct_debit.evidence import agreed_in_portal, mandate_text
from kring.direct_debit.models import CreditorAccount, Mandate
from kring.dues import payers
from kring.dues.models import Payer
from kring.dues.payers import Person
from kring.members import own_people
from kring.members.models import Guardian, Member


def person_of(user: User) -> Person | None:
    """As whom this login pays for somebody: for itself, or for a child; None: somebody else pays."""
    people = [each.member for each in own_people.people_of(user)]
    found = set(payers.people_of(people).values()) if people else set()
    own = [Person(member=key) for key in Member.objects.filter(user=user).order_by("pk").values_list("pk", flat=True)]
    own += [
        Person(guardian=key)
        for key in Guardian.objects.filter(user=user, member=None).order_by("pk").values_list("pk", flat=True)
    ]
    return next((each for each in own if each in found), None)


def payer_of(user: User) -> Payer | None:
    """None also where there is no row yet."""
    person = person_of(user)
    if person is None:
        return None
    rows = Payer.objects.with_people()
    found: Payer | None = (
        rows.filter(member=person.member) if person.member else rows.filter(guardian=person.guardian)
    ).first()
    return found


def mandates_of(user: User) -> list[Mandate]:
    """Theirs, the latest first: also those that have ended, and of a payer that they are no more."""
    own = Payer.objects.filter(member__user=user) | Payer.objects.filter(guardian__user=user)
    own |= Payer.objects.filter(guardian__member__user=user)
    rows = Mandate.objects.filter(payer__in=own.values("pk")).with_people()
    return list(rows.order_by("-set_up_at", "-pk")[:20])


@in_transaction
def give(user: User, account: Account, *, creditor: CreditorAccount, address: str) -> Mandate:
    """Raises NotAllowed, NoCreditor, HasMandate, AccountOutsideSepa, HolderWithoutLetters."""
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
