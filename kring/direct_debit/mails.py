"""Mails of mandates and debits to payers; none to those who have died, by what the bank says."""

from __future__ import annotations

from collections.abc import Sequence

from kring.core import sepa
from kring.direct_debit.models import Mandate
from kring.dues.models import Payer
from kring.mail import facts
from kring.mail.facts import Fact
from kring.mail.models import Message
from kring.mail.outbox import message, post
from kring.organisations.current import current_organisation
from kring.organisations.links import link


def given(mandate: Mandate, account: sepa.Account, *, before: str) -> None:
    """`before`: the saved account that is debited no more, shortened; "": none was."""
    _post("mandate-given", mandate, **_agreed(mandate, account), before=before)


def changed(mandate: Mandate, account: sepa.Account) -> None:
    _post("mandate-changed", mandate, **_agreed(mandate, account))


def ended(mandate: Mandate) -> None:
    _post("mandate-ended", mandate, reference=mandate.reference, url=own_page())


def replaced(mandate: Mandate, account: str) -> None:
    """`account`: the saved one that is debited from now on, shortened."""
    url = facts.link(link(current_organisation(), "my:saved-means"))
    _post("mandate-replaced", mandate, reference=mandate.reference, account=account, url=url)


def own_page() -> Fact:
    return facts.link(link(current_organisation(), "my:mandates"))


def to_payer(template: str, mandate: Mandate, payer: Payer, more: dict[str, Fact]) -> Message | None:
    """For `post`. None where nobody is to be written to."""
    if mandate.hold == Mandate.Hold.DECEASED or not payer.email:
        return None
    return message(
        template,
        to=payer.email,
        name=payer.name,
        language=payer.language or current_organisation().language,
        subject=mandate,
        more_facts=more,
    )


def send(messages: Sequence[Message | None]) -> None:
    post([each for each in messages if each is not None])


def _post(template: str, mandate: Mandate, **more: Fact) -> None:
    payer = Payer.objects.with_people().get(pk=mandate.payer_id)
    send([to_payer(template, mandate, payer, more)])


def _agreed(mandate: Mandate, account: sepa.Account) -> dict[str, Fact]:
    return {
        "reference": mandate.reference,
        "creditor": mandate.creditor_account.name,
        "creditor_id": mandate.creditor_id,
        "account": f"{account.iban[:4]} … {account.iban[-4:]}",
        "holder": account.holder,
        "url": own_page(),
    }
