from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from kring.core.form_fields import MomentField
from kring.events.models import Event
from kring.web.manage.shared.form_layout import layout
from kring.web.manage.shared.tenant_form import TenantForm


class OwnChangesForm(TenantForm):
    changes_until = MomentField(
        label=_("Changes until"), required=False, help_text=_("Left empty: until the event begins.")
    )

    class Meta:
        model = Event
        fields = ["may_pass_on", "may_change", "may_cancel", "changes_until"]

    def __init__(self, data: Mapping[str, object] | None, *, event: Event) -> None:
        super().__init__(data, instance=event)
        self.helper = layout(*self.Meta.fields)
