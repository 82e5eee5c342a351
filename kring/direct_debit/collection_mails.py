"""What payers are told of collections: before one, when one is called off, and when their bank did not pay it."""

from __future__ import annotations

from collections.abc import Sequence

from kring.direct_debit.mail_kinds import WHY_CALLED_OFF, WHY_RETURNED
from kring.direct_debit.mails import own_page, send, to_payer
from kring.direct_debit.models import CollectionRun, Debit, DebitReturn, Mandate
from kring.direct_debit.models.reason import Action
from kring.direct_debit.planning import PlannedDebit
from kring.dues.models import Payer
from kring.mail import facts
from kring.mail.facts import Fact
from kring.organisations.current import current_organisation
from kring.organisations.links import link


def announced(run: CollectionRun, debits: Sequence[tuple[Debit, PlannedDebit]]) -> None:
    """How much, for whom, on which day, by which mandate. Two statements for all of them."""
    creditor = run.creditor_account
    send(
        [
            to_payer(
                "debit-announced",
                planned.mandate,
                planned.mandate.payer,
                {
                    **_of_debit(debit),
                    "members": facts.names(planned.members),
                    "account": planned.version.masked,
                    "reference": planned.version.reference,
                    "creditor": creditor.name,
                    "creditor_id": creditor.creditor_id,
                },
            )
            for debit, planned in debits
        ]
    )


def called_off(run: CollectionRun, debits: Sequence[Debit]) -> None:
    """Announced, and not collected after all."""
    mandates = Mandate.objects.with_people().in_bulk([each.mandate_id for each in debits])
    send(
        [
            to_payer(
                "debit-called-off",
                mandates[each.mandate_id],
                mandates[each.mandate_id].payer,
                {**_of_debit(each), "why": facts.words(WHY_CALLED_OFF[each.why]) if each.why in WHY_CALLED_OFF else ""},
            )
            for each in debits
        ]
    )


def returned(found: DebitReturn, debit: Debit) -> None:
    """In plain words, with what to do now."""
    mandate = Mandate.objects.with_people().get(pk=debit.mandate_id)
    more = {
        **_of_debit(debit),
        "account": debit.version.masked,
        "why": facts.words(WHY_RETURNED[Action(found.action)]),
        "pay_url": _where_to_pay(debit, mandate.payer),
        "account_url": own_page(),
    }
    send([to_payer("debit-returned", mandate, mandate.payer, more)])


def _where_to_pay(debit: Debit, payer: Payer) -> Fact:
    """The page of the bill, or their own page where the debit was for several."""
    orders = {item.contribution.order for item in debit.items.select_related("contribution__order")}
    if len(orders) == 1 and (order := orders.pop()) is not None:
        return facts.link(link(current_organisation(), "public:payment", order.secret))
    return own_page()


def _of_debit(debit: Debit) -> dict[str, Fact]:
    return {"amount": facts.money(debit.amount, "EUR"), "day": facts.day(debit.run.collect_on)}
