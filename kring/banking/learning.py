"""What decisions teach: which account pays for whom, and what else money is for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.db.models import F

from kring.accounts.models import User
from kring.banking.models import MatchRule, StatementLine
from kring.core.registry import Hooks
from kring.core.transliteration import in_ascii
from kring.organisations.audit import log
from kring.payments.models import IncomingTransfer

# By account number, email addresses of whom an app above knows it to belong to.
knows_payers = Hooks[[Collection[str]], Mapping[str, Collection[str]]]("whose accounts these are")
# Of so many people an account may pay the orders: more, and it is a pot that says nothing of any.
MOST_PAYERS = 20
TITLES = frozenset(
    ["dhr", "mevr", "mw", "mr", "mrs", "ms", "pan", "pani", "herr", "frau", "hr", "fr", "de", "heer", "dr"]
)


def payers_of(ibans: Iterable[str]) -> dict[str, set[str]]:
    """By account, the addresses on orders that it has paid, or that it is known to belong to."""
    wanted = list(ibans)
    found: dict[str, set[str]] = defaultdict(set)
    for rule in MatchRule.objects.filter(iban__in=wanted, purpose="", is_outgoing=False):
        found[rule.iban].add(rule.email)
    for hook in knows_payers:
        for iban, emails in hook(wanted).items():
            found[iban] |= set(emails)
    return {iban: emails for iban, emails in found.items() if len(emails) <= MOST_PAYERS}


def learn_payers(line: StatementLine, transfer: IncomingTransfer, *, by: User | None) -> None:
    """This account pays for the buyers of these orders."""
    if not line.iban:
        return
    emails = {share.payment.order.buyer_email for share in transfer.shares.select_related("payment__order")}
    rules = [MatchRule(iban=line.iban, email=email, learned_from=by) for email in sorted(emails) if email]
    MatchRule.objects.bulk_create(rules, ignore_conflicts=True)
    MatchRule.objects.filter(iban=line.iban, email__in=emails).update(uses=F("uses") + 1)


def unlearn_payers(line: StatementLine, emails: Collection[str]) -> None:
    """A booking that had taught it, and no other, was undone."""
    if line.iban:
        MatchRule.objects.filter(iban=line.iban, email__in=emails, uses__lte=1).delete()
        MatchRule.objects.filter(iban=line.iban, email__in=emails).update(uses=F("uses") - 1)


def learn_purpose(line: StatementLine, purpose: str, *, by: User | None) -> None:
    """All that comes from, or goes to, this account is for this. Of lines without one, what has this name or text."""
    who = {"iban": line.iban, "name": "" if line.iban else plain(line.name or line.text)[:200]}
    if not any(who.values()):
        return
    rule, _is_new = MatchRule.objects.update_or_create(
        **who, email="", is_outgoing=line.amount < 0, defaults={"purpose": purpose, "learned_from": by}
    )
    log("match_rule.learned", rule, new={"purpose": purpose}, actor=by)


def forget(rule: MatchRule, *, by: User | None) -> None:
    log("match_rule.forgotten", rule, old={"purpose": rule.purpose}, actor=by)
    rule.delete()


def plain(text: str) -> str:
    """Letters alone, small and ASCII: figures of dates and numbers change each time."""
    return " ".join("".join(sign if sign.isalpha() else " " for sign in in_ascii(text).lower()).split())


class Names[Kept]:
    """What is kept by names, found by the same one: only names of which the last word agrees are compared, and each
    spelling once."""

    def __init__(self) -> None:
        self._by_last: dict[str, dict[tuple[str, ...], list[Kept]]] = defaultdict(dict)

    def add(self, name: str, kept: Kept) -> None:
        if words := _words(name):
            # By the initial too: there it may stand for the whole word, or the other for it.
            for key in {words[-1], f"{words[-1][0]}."}:
                self._by_last[key].setdefault(words, []).append(kept)

    def same_as(self, name: str) -> list[Kept]:
        words = _words(name)
        if not words:
            return []
        last = words[-1]
        keys = [f"{last}."] if len(last) == 1 else [last, last[0]]
        near = [each for key in keys for each in self._by_last.get(key, {}).items()]
        return [kept for other, all_kept in near if _are_same(words, other) for kept in all_kept]


def _are_same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """All words of one are in the other; a letter alone stands for a name that begins with it. Titles do not count."""
    few, many = sorted((one, other), key=len)
    if len(few) < 2:
        return False
    return all(any(_is_same_word(word, other) for other in many) for word in few) and _is_same_word(few[-1], many[-1])


def _words(name: str) -> tuple[str, ...]:
    return tuple(word for word in plain(name).split() if word not in TITLES)


def _is_same_word(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) == 1 and one[0] == other[0])
