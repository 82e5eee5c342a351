from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kring.accounts import scopes
from kring.accounts.models import ApiToken
from kring.core import dates
from kring.web.manage.shared.table import ACTIONS, MAIN, ListTable, MomentColumn
from kring.web.templatetags.components import badge


class TokenTable(ListTable):
    name = tables.Column(verbose_name=_("Name"), attrs=MAIN)
    scopes = tables.Column(verbose_name=_("Rights"), orderable=False)
    created_at = MomentColumn(verbose_name=_("Created"))
    last_used_at = MomentColumn(verbose_name=_("Last used"), default=_("never"))
    revoked_at = tables.Column(verbose_name=_("State"), empty_values=())
    actions = tables.Column(verbose_name="", empty_values=(), orderable=False, attrs=ACTIONS)

    class Meta(ListTable.Meta):
        order_by = ("-created_at",)

    def render_scopes(self, value: list[str]) -> str:
        words = dict(scopes.choices())
        return ", ".join(str(words.get(scope, scope)) for scope in value)

    def render_revoked_at(self, value: Any, record: Any) -> SafeString | str:
        if value is None and not record.is_live:
            # Of somebody who is no administrator any more.
            return badge(gettext("ended when its maker lost their rights"), tone="secondary")
        if value is None:
            return badge(gettext("valid"), tone="success")
        return badge(gettext("revoked %(at)s") % {"at": dates.short_day(value)})

    def render_actions(self, record: ApiToken) -> SafeString | str:
        return "" if record.revoked_at else self.link(gettext("Revoke"), "token_revocation", record.pk)
