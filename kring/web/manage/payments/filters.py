from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.payments.models import Notification
from kring.web.manage.shared.filters import SearchFilterSet, choice


class NotificationFilter(SearchFilterSet):
    searched = ("event_id", "payment__reference", "payment__order__number")

    state = choice(_("State"), Notification.State.choices)
