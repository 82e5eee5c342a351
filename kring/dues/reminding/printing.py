"""Reminders on paper: those that wait to be printed, as one PDF, with what is open by now (N2)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kring.accounts.models import User
from kring.core import dates, pdf, qr
from kring.dues import transfers
from kring.dues.due_now import due_of_bills, only_due
from kring.dues.models import Contribution, Payer, Reminder, ReminderItem, ReminderQuerySet
from kring.dues.reminding import mails, planning
from kring.dues.reminding.groups import Debt, Group, reached_at
from kring.dues.transfers import Receiver
from kring.forms import countries
from kring.mail.composing import in_words
from kring.organisations.audit import log
from kring.organisations.current import current_organisation

# Of one PDF.
MOST = 300
PEOPLE = tuple(
    f"contribution__payer__{path}"
    for path in ("member__household", "guardian__member__household", "guardian__household")
)


@dataclass(frozen=True)
class Letter:
    """`named`: what the reminder named, is still open, and was not moved to a payer who is reached elsewhere."""

    reminder: Reminder
    named: Sequence[Contribution]

    @property
    def total(self) -> Decimal:
        return sum((each.left for each in self.named), Decimal(0))

    @property
    def lines(self) -> list[str]:
        """Where it goes to, as the post wants it."""
        return address_lines(self.reminder.payer)


def waiting() -> list[Letter]:
    """Those that are still of use, the oldest first. A constant number of statements."""
    return _needed(_letters(_to_print()))


def _to_print() -> ReminderQuerySet:
    rows: ReminderQuerySet = Reminder.objects.to_print().with_what_a_list_shows().select_related("fee")
    return rows.order_by("pk")[:MOST]


def letter_of(reminder: Reminder) -> Letter:
    return _letters([reminder])[0]


def _letters(reminders: Iterable[Reminder]) -> list[Letter]:
    found = list(reminders)
    named: dict[int, list[Contribution]] = {each.pk: [] for each in found}
    reached = {each.pk: reached_at(each.payer) for each in found}
    items = ReminderItem.objects.filter(reminder__in=named, contribution__left__gt=0)
    parts = items.select_related("contribution__member", "contribution__order", *PEOPLE)
    for item in parts.order_by("contribution__due_on", "contribution"):
        if reached_at(item.contribution.payer) == reached[item.reminder_id]:
            named[item.reminder_id].append(item.contribution)
    yesterday = timezone.localdate() - timedelta(days=1)
    due = due_of_bills((one for some in named.values() for one in some), yesterday)
    return [Letter(each, only_due(named[each.pk], due)) for each in found]


def _needed(letters: Sequence[Letter]) -> list[Letter]:
    """Without those that are paid, and whoever is not to be reminded by now."""
    found = [Group(_payers(each), tuple(Debt(one) for one in each.named)) for each in letters]
    rules = planning.rules_for(found, timezone.localdate())
    return [
        letter
        for letter, group in zip(letters, found, strict=True)
        if letter.named and planning.not_now(group, rules, timezone.localdate()) is None
    ]


def _payers(letter: Letter) -> tuple[Payer, ...]:
    payers = {each.payer_id: each.payer for each in letter.named}
    return (letter.reminder.payer, *(payers[key] for key in sorted(payers) if key != letter.reminder.payer_id))


def drop_needless() -> int:
    """Of those that wait to be printed; how many."""
    found = _letters(_to_print())
    needed = {each.reminder.pk for each in _needed(found)}
    return sum(each.reminder.need_no_letter() for each in found if each.reminder.pk not in needed)


@transaction.atomic
def mark_printed(keys: Collection[int], *, by: User | None) -> int:
    """How many of these were still to be printed."""
    rows = Reminder.objects.to_print().filter(pk__in=keys)
    done = [each for each in rows if each.print_it(by=by)]
    if done:
        log("reminders.printed", current_organisation(), new={"number": len(done)}, actor=by)
    return len(done)


def document(letters: Sequence[Letter]) -> bytes:
    """One PDF, each letter on a page of its own, in its reader's language. In a process of its own."""
    organisation, receiver = current_organisation(), transfers.receiver()
    data = {
        "title": _("Reminders"),
        "language": organisation.language,
        "organisation": {"name": organisation.name},
        "letters": [_contents(each, receiver) for each in letters],
    }
    return pdf.render_apart("reminders.typ", data, made_at=timezone.now())


def _contents(letter: Letter, receiver: Receiver | None) -> dict[str, object]:
    reminder, organisation = letter.reminder, current_organisation()
    payer = reminder.payer
    language = mails.language_of(payer)
    # How to pay stands below the text.
    facts = {**mails.facts_of(reminder, letter.named), **transfers.NO_FACTS, "name": payer.name}
    facts["page_url"] = mails.page_link(reminder)
    subject, body = in_words(
        mails.template_of(reminder.tone), language=language, organisation=organisation, facts=facts
    )
    with dates.written_for(language, organisation.zone):
        return {
            "language": language,
            "to": letter.lines,
            "day": dates.day(timezone.localdate()),
            "subject": subject,
            "paragraphs": [part.strip() for part in body.split("\n\n") if part.strip()],
            **_payment(letter, receiver),
            "online": {"label": _("Pay online, or say when you will pay:"), "url": mails.page_of(reminder)},
        }


def _payment(letter: Letter, receiver: Receiver | None) -> dict[str, object]:
    """What is typed at the bank, and the same as a code that its app reads; empty where no account is known."""
    to = transfers.of_contributions(receiver, letter.named, letter.reminder.currency)
    code = to.code if to else None
    return {
        "payment": to.rows if to else [],
        "code": qr.svg_file(code) if code else "",
        "code-label": _("QR code for your bank's app"),
    }


def address_lines(payer: Payer) -> list[str]:
    """As the post wants it."""
    address = payer.address
    is_abroad = address.country and address.country != current_organisation().country
    place = "  ".join(filter(None, [address.postal_code, address.city]))
    lines = [payer.name, address.street_address, place, countries.name(address.country) if is_abroad else ""]
    return list(filter(None, lines))
