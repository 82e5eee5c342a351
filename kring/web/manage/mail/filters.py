from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.mail.models import Message
from kring.web.manage.shared.filters import SearchFilterSet, choice


class MessageFilter(SearchFilterSet):
    searched = ("recipient", "recipient_name", "composed_subject")

    state = choice(_("State"), Message.State.choices)
