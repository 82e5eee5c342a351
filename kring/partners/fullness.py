"""The notice that all tickets of a partner are taken (D3)."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from kring.core.rate_limits import Limit, seconds_to_wait_for
from kring.partners import mails, taking
from kring.partners.models import PartnerQuota
from kring.registrations.models import Registration

# Who has the link can take the last ticket and give it back all day.
OFTEN = Limit(5, timedelta(days=1))


def notify_if_full(quota: PartnerQuota) -> bool:
    """To partner and staff, once; again when a ticket that was given back is taken, or the number was changed;
    a few times a day at most.

    The quota's row is locked: of two orders completed at once, the second counts both.
    """
    if quota.released_at is not None or _completed(quota) < (quota.pool.capacity or 0):
        return False
    if quota.full_at is not None and not _given_back_since(quota):
        return False
    if seconds_to_wait_for({f"partner-quota-full:{quota.pk}": OFTEN}):
        return False
    quota.full_at = timezone.now()
    quota.save(update_fields=["full_at"])
    mails.send_full(quota)
    return True


def _completed(quota: PartnerQuota) -> int:
    return taking.taken(quota).filter(state=Registration.State.COMPLETED).count()


def _given_back_since(quota: PartnerQuota) -> bool:
    orders = Registration.objects.filter(line__order__partner_orders__quota=quota)
    return orders.filter(cancelled_at__gt=quota.full_at).exists()
