from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kring.mail import searching
from kring.mail.models import Message
from kring.web.manage.shared.filters import SearchFilterSet, choice


class MessageFilter(SearchFilterSet):
    """Searches recipient, kind and subject."""

    state = choice(_("State"), Message.State.choices)

    def search(self, rows: Any, _name: str, value: str) -> Any:
        return searching.find(rows, value.split())
