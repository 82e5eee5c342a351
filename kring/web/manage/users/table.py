from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from kring.accounts.models import Role
from kring.core.dates import short_day
from kring.web.manage.shared.table import MAIN, ListTable
from kring.web.templatetags.components import badge


class UserTable(ListTable):
    name = tables.Column(verbose_name=pgettext_lazy("person", "Name"), attrs=MAIN, order_by=("name_here", "email"))
    email = tables.Column(verbose_name=_("Email"))
    roles = tables.Column(verbose_name=_("Roles"), empty_values=(), orderable=False, accessor="pk")
    seen_at = tables.DateTimeColumn(verbose_name=_("Last seen"))

    class Meta(ListTable.Meta):
        order_by = ("name",)

    def render_name(self, record: Any) -> SafeString | str:
        return self.link(record.name_here or record.email, "user", record.pk)

    def render_roles(self, record: Any) -> SafeString | str:
        words = [badge(_words(role)) for role in record.roles_here]
        if any(role.blocked_at for role in record.roles_here):
            words.append(badge(pgettext("user", "blocked"), tone="danger"))
        return format_html_join(" ", "{}", ((word,) for word in words))

    def render_seen_at(self, value: Any) -> str:
        return short_day(value)


def _words(role: Role) -> str:
    label = str(role.get_name_display())
    if role.until is None:
        return label
    words = _("%(role)s, ended %(day)s") if role.is_over else _("%(role)s until %(day)s")
    return words % {"role": label, "day": short_day(role.until)}
