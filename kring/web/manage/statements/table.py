from __future__ import annotations

from datetime import date
from decimal import Decimal

import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from kring.banking.models import MatchRule, Statement, StatementLine
from kring.banking.words import meaning_of
from kring.core import dates, money
from kring.web.manage.shared.table import EXTRA, MAIN, ListTable, MoneyColumn, StateColumn

NUMBERS = {"td": {"class": "num"}}


class DayColumn(tables.Column):
    def render(self, value: date) -> str:
        return dates.short_day(value)


class LineTable(ListTable):
    name = tables.Column(verbose_name=_("Name and text"), empty_values=(), order_by="name", attrs=MAIN)
    booked_on = DayColumn(verbose_name=_("Day"))
    amount = MoneyColumn(verbose_name=_("Amount"))
    state = StateColumn(verbose_name=_("State"))
    meaning = tables.Column(verbose_name=_("For"), empty_values=(), orderable=False)
    account = tables.Column(verbose_name=_("Account"), accessor="account", orderable=False, attrs=EXTRA)
    end_to_end_id = tables.Column(verbose_name=_("Reference"), default="", attrs=EXTRA)

    on_demand = ("account", "end_to_end_id")

    class Meta(ListTable.Meta):
        order_by = ("-booked_on",)

    def render_name(self, record: StatementLine) -> SafeString | str:
        text = " · ".join(filter(None, (record.name, record.text))) or record.bank_reference or _("(no text)")
        return self.link(str(text)[:120], "statement_line", record.pk)

    def render_meaning(self, record: StatementLine) -> str:
        return meaning_of(record)


class StatementTable(ListTable):
    number = tables.Column(verbose_name=_("Statement"), empty_values=(), attrs=MAIN)
    account = tables.Column(verbose_name=_("Account"))
    ends_on = DayColumn(verbose_name=_("Until"), default="—")
    opening = tables.Column(verbose_name=_("Opening balance"), default="—", attrs=NUMBERS)
    number_of_lines = tables.Column(verbose_name=_("Lines"), attrs=NUMBERS)
    closing = tables.Column(verbose_name=_("Closing balance"), default="—", attrs=NUMBERS)
    missing = tables.Column(verbose_name=_("Missing"), empty_values=(), orderable=False, attrs=NUMBERS)

    class Meta(ListTable.Meta):
        order_by = ("-ends_on",)

    def render_number(self, record: Statement) -> SafeString | str:
        return self.link(str(record), "bank_file", record.file_id)

    def render_opening(self, value: Decimal, record: Statement) -> str:
        return money.say(value, record.currency)

    def render_closing(self, value: Decimal, record: Statement) -> str:
        return money.say(value, record.currency)

    def render_missing(self, record: Statement) -> str:
        return "" if record.is_complete else money.say(record.missing or Decimal(0), record.currency)


class RuleTable(ListTable):
    who = tables.Column(verbose_name=_("Account or name"), accessor="masked", orderable=False, attrs=MAIN)
    what = tables.Column(verbose_name=_("Means"), empty_values=(), orderable=False)
    uses = tables.Column(verbose_name=_("Used"), attrs=NUMBERS)
    learned_at = DayColumn(verbose_name=_("Learned"))
    forget = tables.Column(verbose_name="", empty_values=(), orderable=False)

    class Meta(ListTable.Meta):
        order_by = ("-learned_at",)

    def render_what(self, record: MatchRule) -> str:
        return record.purpose or str(_("pays for %(email)s") % {"email": record.email})

    def render_forget(self, record: MatchRule) -> SafeString | str:
        return self.link(str(_("Delete")), "match_rule_forgetting", record.pk)
