"""What is kept about somebody's contributions and mandates, for them: with their account numbers (M3, GDPR art. 15)."""

from __future__ import annotations

from datetime import timedelta

from kring.accounts.models import User
from kring.direct_debit.models import Debit, DebitReturn, MandateVersion, ProviderDebit
from kring.direct_debit.models.debit import DebitQuerySet
from kring.dues import own
from kring.dues.donations import receipts
from kring.dues.models import Contribution, MemberFee, Payer, Reminder
from kring.members.own_people import PortalPerson
from kring.payments import keeping

type Rows = list[dict[str, object]]


def facts_of(user: User, people: list[PortalPerson]) -> dict[str, Rows]:
    """Of whom they may decide about, and of what they pay themselves. A constant number of statements."""
    payers = own.payers_of(user)
    return {
        "contributions": [_contribution(each) for each in own.contributions_of(user).select_related(*PAYER)],
        "agreed_contributions": [
            {
                "member": str(each.member),
                "amount": each.amount,
                "frequency": each.frequency,
                "from": each.start_date,
                "is_exempt": each.is_exempt,
                "reason": each.reason,
            }
            for each in MemberFee.objects.filter(
                member__in=[person.member for person in people if person.is_own or person.decides]
            ).select_related("member")
        ],
        "reminders": [
            {"sent_on": each.on, "step": each.level, "channel": each.channel, "amount": each.amount}
            for each in Reminder.objects.filter(payer__in=payers).order_by("on", "pk")
        ],
        "donation_receipts": [
            {"number": each.number, "made_at": each.made_at, "amount": each.total, "donations": each.gifts}
            for each in receipts.of_user(user).defer("contents")
        ],
        "mandates": _mandates(payers),
        "direct_debits": _debits(payers),
        "saved_accounts": [
            {
                "account": each.masked,
                "kind": each.kind,
                "name": each.payer_name,
                "state": each.state,
                "created_at": each.created_at,
            }
            for each in keeping.of_user(user).order_by("pk")
        ],
    }


PAYER = ("payer__member", "payer__guardian__member")


def _contribution(each: Contribution) -> dict[str, object]:
    upper = each.during.upper
    return {
        "member": str(each.member),
        "kind": each.kind,
        "first_day": each.during.lower,
        "last_day": upper and upper - timedelta(days=1),
        "amount": each.amount,
        "paid": each.received,
        "open": each.left,
        "state": each.state,
        "due_on": each.due_on,
        "payer": str(each.payer),
        "order": each.order.number if each.order else "",
        "steps": [{"text": step.text, "amount": step.amount} for step in each.applied],
    }


def _mandates(payers: list[Payer]) -> Rows:
    """Each version: what was agreed from when on, and how."""
    rows = MandateVersion.objects.filter(mandate__payer__in=payers).select_related("mandate")
    return [
        {
            "reference": each.reference,
            "creditor": each.creditor_name,
            "creditor_id": each.creditor_id,
            "iban": each.iban,
            "holder": each.holder,
            "signed_on": each.signed_on,
            "evidence": each.evidence,
            "text": each.text,
            "agreed_at": each.agreed_at,
            "since": each.created_at,
            "state": each.mandate.state if each.number == each.mandate.number else "replaced",
            "ended_at": each.mandate.ended_at,
        }
        for each in rows.order_by("mandate", "number")
    ]


def _debits(payers: list[Payer]) -> Rows:
    by_bank: DebitQuerySet = (
        Debit.objects.filter(mandate__payer__in=payers).select_related("run", "version").with_returns()
    )
    by_provider = ProviderDebit.objects.filter(contribution__payer__in=payers).select_related("collection", "means")
    return [
        {
            "on": each.run.collect_on,
            "amount": each.amount,
            "reference": each.reference,
            "mandate": each.version.reference,
            "state": each.state,
            "returned_because": _reason(each),
        }
        for each in by_bank.order_by("pk")
    ] + [
        {
            "on": each.collection.collect_on,
            "amount": each.amount,
            "account": each.means.masked,
            "state": each.state,
        }
        for each in by_provider.order_by("pk")
    ]


def _reason(debit: Debit) -> str:
    """Needs its returns."""
    returned: list[DebitReturn] = debit.in_force  # type: ignore[attr-defined]
    return returned[0].code if returned else ""
