"""Campaigns and their codes, made and changed by staff at any time: what was ordered keeps its price (D2).

Each act is in the log, which repeats no code.

Locks: the event's row, then pools.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kring.core import codes
from kring.core.refusals import Refusal
from kring.events.editing import forget_pools
from kring.events.locking import hold_still
from kring.events.models import Campaign, CampaignCode, Event, PriceRule, TicketType
from kring.events.models.campaign import LONGEST
from kring.events.pricing.codes import RIGHT, canonical
from kring.events.pricing.conditions.code import Code
from kring.events.refusals import WaitsForApproval, as_the_database_says
from kring.organisations import audit
from kring.organisations.changing import change
from kring.places import capacity, claiming
from kring.places.models import Pool

# Campaigns of an event; codes generated at once; codes of a campaign.
MOST, AT_ONCE, MOST_CODES = 100, 1000, 20_000
# Of a generated code, besides its beginning: 40 bits, of which one in a million million is right.
LENGTH = 8


class TooManyCampaigns(Refusal):
    code = "too_many_campaigns"
    message = _("There are %(most)s campaigns already. Remove some first.")


class TooManyCodes(Refusal):
    code = "too_many_codes"
    field = "number"
    message = _("A campaign has %(most)s codes at most.")


class CodeWrong(Refusal):
    """As staff or a program wants it."""

    status = 422
    code = "code_wrong"
    field = "code"
    message = _("A code has 3 to 40 letters from A to Z and digits.")


class OnlyWithCode(Refusal):
    status = 422
    code = "not_only_with_code"
    field = "ticket_types"
    message = _("Only ticket types that are sold only with a code can be shown by one.")


class BelowTaken(Refusal):
    code = "limit_below_taken"
    message = _("More is taken already: %(taken)s. The limit cannot be lower.")

    def __init__(self, *, field: str, **details: object) -> None:
        super().__init__(**details)
        self.field = field


class HasRules(Refusal):
    code = "campaign_has_rules"
    message = _("“%(rule)s” is a price rule of this campaign: remove that first.")


class WasUsed(Refusal):
    code = "code_was_used"
    message = _("%(name)s was used: switch the campaign off instead.")


@dataclass(frozen=True)
class CampaignWish:
    """A campaign as wanted. `money`: the most that its codes give away, in the organisation's currency."""

    name: str
    is_active: bool = True
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    tickets_per_code: int | None = None
    tickets_per_order: int | None = None
    tickets_per_person: int | None = None
    money: Decimal | None = None
    ticket_types: Sequence[int] = ()

    def fields(self) -> dict[str, object]:
        columns = {name: value for name, value in asdict(self).items() if name != "money"}
        return columns | {"ticket_types": sorted(self.ticket_types)}

    @property
    def cents(self) -> int | None:
        return None if self.money is None else int(self.money * 100)


@transaction.atomic
def add_campaign(event: Event, wish: CampaignWish) -> Campaign:
    """Without codes yet. Raises Taken, Contradiction, OnlyWithCode, TooManyCampaigns, WaitsForApproval."""
    _demand(event, wish)
    if event.campaigns.count() >= MOST:
        raise TooManyCampaigns(most=MOST)
    money = Pool.objects.create(capacity=wish.cents)
    with as_the_database_says(Campaign):
        made: Campaign = Campaign.objects.create(event=event, money=money, **wish.fields())
    _reread(event)
    audit.log("campaign.added", made, new={"name": made.name})
    return made


@transaction.atomic
def change_campaign(campaign: Campaign, wish: CampaignWish) -> None:
    """Also its limits, which hold for what is there. Raises as `add_campaign` does, and BelowTaken."""
    event = campaign.event
    _demand(event, wish, before=campaign.ticket_types)
    _limit_money(campaign, wish.cents)
    if wish.tickets_per_code != campaign.tickets_per_code:
        _limit_codes(campaign, wish.tickets_per_code)
    with as_the_database_says(campaign):
        change(campaign, "campaign.changed", **wish.fields())
    _reread(event)


def rules_of(campaigns: Sequence[Campaign]) -> dict[int, list[PriceRule]]:
    """The price rules that the codes of each open, by its key, in their order. One statement."""
    found: dict[int, list[PriceRule]] = {each.pk: [] for each in campaigns}
    events = {each.event_id for each in campaigns}
    for rule in PriceRule.objects.of_events(events).filter(key=Code.key):
        if rule.settings["campaign"] in found:
            found[rule.settings["campaign"]].append(rule)
    return found


@transaction.atomic
def remove_campaign(campaign: Campaign) -> None:
    """With its codes. Raises HasRules, WasUsed, WaitsForApproval."""
    event = campaign.event
    _demand_open(event)
    for rule in rules_of([campaign])[campaign.pk]:
        raise HasRules(rule=rule)
    pools = [campaign.money_id, *campaign.codes.values_list("pool_id", flat=True)]
    _remove(campaign, pools)
    _reread(event)
    audit.log("campaign.removed", event, old={"campaign": campaign.name})


@transaction.atomic
def add_code(campaign: Campaign, text: str) -> CampaignCode:
    """One that people can remember. Raises CodeWrong, Taken, TooManyCodes, WaitsForApproval."""
    _demand_open(campaign.event)
    wanted = canonical(text)
    if not RIGHT.fullmatch(wanted):
        raise CodeWrong
    _demand_number(campaign, 1)
    pool = Pool.objects.create(capacity=campaign.tickets_per_code)
    with as_the_database_says(CampaignCode):
        made: CampaignCode = CampaignCode.objects.create(
            campaign=campaign, event=campaign.event, text=wanted, pool=pool
        )
    audit.log("campaign.codes_added", campaign, new={"number": 1})
    return made


@transaction.atomic
def generate(campaign: Campaign, number: int, *, beginning: str = "") -> list[CampaignCode]:
    """So many that nobody guesses, AT_ONCE at most. Five statements, however many. Raises as `add_code` does."""
    _demand_open(campaign.event)
    beginning = canonical(beginning)
    if len(beginning) > LONGEST - LENGTH or (beginning and not RIGHT.fullmatch(beginning.ljust(3, "X"))):
        raise CodeWrong
    _demand_number(campaign, number)
    texts: set[str] = set()
    while len(texts) < number:
        texts |= {beginning + codes.readable(LENGTH) for _more in range(number - len(texts))}
        texts -= set(CampaignCode.objects.filter(event=campaign.event, text__in=texts).values_list("text", flat=True))
    pools = Pool.objects.bulk_create(Pool(capacity=campaign.tickets_per_code) for _each in texts)
    made: list[CampaignCode] = CampaignCode.objects.bulk_create(
        CampaignCode(campaign=campaign, event=campaign.event, text=text, pool=pool, is_generated=True)
        for text, pool in zip(sorted(texts), pools, strict=True)
    )
    audit.log("campaign.codes_added", campaign, new={"number": number})
    return made


@transaction.atomic
def remove_code(code: CampaignCode) -> None:
    """Raises WasUsed, WaitsForApproval."""
    _demand_open(code.event)
    _remove(code, [code.pool_id])
    audit.log("campaign.code_removed", code.campaign, old={"number": 1})


def _remove(row: Campaign | CampaignCode, pools: Sequence[int]) -> None:
    try:
        with as_the_database_says(row):
            row.delete()
    except Refusal:
        raise WasUsed(name=row) from None
    forget_pools(pools)


def _limit_money(campaign: Campaign, cents: int | None) -> None:
    claiming.release_expired([campaign.money_id])
    [pool] = claiming.lock([campaign.money_id])
    if pool.capacity == cents:
        return
    if cents is not None and pool.taken > cents:
        raise BelowTaken(field="money", taken=Decimal(pool.taken) / 100)
    before = pool.capacity
    capacity.set_capacity(pool, cents)
    audit.log("campaign.changed", campaign, old={"money": _money(before)}, new={"money": _money(cents)})


def _limit_codes(campaign: Campaign, places: int | None) -> None:
    keys = list(campaign.codes.values_list("pool_id", flat=True))
    claiming.release_expired(keys)
    most = max((pool.taken for pool in claiming.lock(keys)), default=0)
    if places is not None and most > places:
        raise BelowTaken(field="tickets_per_code", taken=most)
    Pool.objects.filter(pk__in=keys).update(capacity=places)


def _money(cents: int | None) -> str:
    return "" if cents is None else f"{Decimal(cents) / 100:.2f}"


def _demand(event: Event, wish: CampaignWish, *, before: Sequence[int] = ()) -> None:
    """`before`: ticket types it showed may stay, although some are gone."""
    _demand_open(event)
    wanted = set(wish.ticket_types) - set(before)
    if wanted and TicketType.objects.filter(pk__in=wanted, attraction__event=event, only_with_code=True).count() < len(
        wanted
    ):
        raise OnlyWithCode


def _demand_number(campaign: Campaign, more: int) -> None:
    if campaign.codes.count() + more > MOST_CODES:
        raise TooManyCodes(most=MOST_CODES)


def _demand_open(event: Event) -> None:
    hold_still(event)
    if event.state == Event.State.PENDING:
        raise WaitsForApproval


def _reread(event: Event) -> None:
    """Kept by a trigger: whoever goes on with this object sees what it says now."""
    event.refresh_from_db(fields=["has_codes"])
