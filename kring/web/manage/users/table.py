from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from kring.accounts.models import Role
from kring.web.manage.shared.table import MAIN, ListTable
from kring.web.templatetags.components import badge


class UserTable(ListTable):
    name = tables.Column(verbose_name=pgettext_lazy("person", "Name"), attrs=MAIN, order_by=("name_here", "email"))
    email = tables.Column(verbose_name=_("Email"))
    roles = tables.Column(verbose_name=_("Roles"), empty_values=(), orderable=False, accessor="pk")

    class Meta(ListTable.Meta):
        order_by = ("name",)

    def render_name(self, record: Any) -> SafeString | str:
        return self.link(record.name_here or record.email, "user", record.pk)

    def render_roles(self, record: Any) -> SafeString | str:
        words = [badge(Role.Name(role.name).label) for role in record.roles_here]
        if any(role.blocked_at for role in record.roles_here):
            words.append(badge(pgettext("user", "blocked"), tone="danger"))
        return format_html_join(" ", "{}", ((word,) for word in words))
