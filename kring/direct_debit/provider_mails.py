"""What payers hear of collections through the payment provider: once each, for all they pay for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from kring.direct_debit.models import ProviderCollection, ProviderDebit
from kring.dues.models import Payer
from kring.mail import facts
from kring.mail.outbox import message, post
from kring.organisations.current import current_organisation
from kring.organisations.links import link
from kring.payments.models import SavedMeans


@dataclass
class Debtor:
    """One payer, and what is collected from one account of theirs."""

    payer: Payer
    means: SavedMeans
    amount: Decimal = Decimal(0)
    members: list[str] = field(default_factory=list)


def payers_of(collection: ProviderCollection) -> list[Debtor]:
    """Of what is announced. One statement."""
    rows = collection.debits.filter(state=ProviderDebit.State.ANNOUNCED).select_related(
        "means", "contribution__member", "contribution__payer__member", "contribution__payer__guardian__member"
    )
    found: dict[tuple[int, int], Debtor] = {}
    for each in rows:
        contribution = each.contribution
        debtor = found.setdefault((contribution.payer_id, each.means_id), Debtor(contribution.payer, each.means))
        debtor.amount += each.amount
        if str(contribution.member) not in debtor.members:
            debtor.members.append(str(contribution.member))
    return list(found.values())


def announce(collection: ProviderCollection) -> None:
    _tell("provider-debit-announced", collection, payers_of(collection))


def call_off(collection: ProviderCollection, people: Sequence[Debtor]) -> None:
    _tell("provider-debit-called-off", collection, people)


def _tell(template: str, collection: ProviderCollection, people: Sequence[Debtor]) -> None:
    organisation = current_organisation()
    url = facts.link(link(organisation, "my:saved-means"))
    post(
        [
            message(
                template,
                to=each.payer.email or each.means.payer_email,
                name=each.payer.name,
                language=each.payer.language or each.means.language,
                subject=collection,
                more_facts={
                    "amount": facts.money(each.amount, organisation.currency),
                    "day": facts.day(collection.collect_on),
                    "account": each.means.masked,
                    "reference": each.means.mandate_reference,
                    "members": facts.names(each.members),
                    "url": url,
                },
            )
            for each in people
        ]
    )
