"""Teams: people who come together, registered by one of them or by somebody else (R8)."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.billing.models import Order
from kring.core.names import NameColumn
from kring.core.tenancy import TenantForeignKey, TenantModel
from kring.events.models import Attraction


class Team(TenantModel):
    """The people of one attraction that come together. Its leader is the buyer of `order`, who may be one of them."""

    attraction = TenantForeignKey(Attraction, on_delete=models.DO_NOTHING, related_name="teams")
    # The first one, whose link leads to the team. Who was added later may have others.
    order = TenantForeignKey(Order, on_delete=models.DB_CASCADE, related_name="teams")
    name = NameColumn(_("name of the team"), max_length=100)
    phone = models.CharField(_("leader's phone"), max_length=30, blank=True)
    # Nobody of it has a place any more: its name is free for others. Kept by a trigger of registrations.
    is_over = models.BooleanField(default=False, db_default=False, editable=False)
    # What a list said of people who have not answered all: registration → their name then, and answers.
    typed = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = [Lower("name"), "pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "attraction",
                Lower("name"),
                name="team_name_is_unique_in_its_attraction",
                condition=Q(is_over=False),
                violation_error_message=_("There is a team with this name already."),
            ),
            models.UniqueConstraint("organisation", "order", name="team_is_one_per_order"),
            models.CheckConstraint(name="team_has_a_name", condition=~Q(name="")),
        ]
        verbose_name = _("team")
        verbose_name_plural = _("teams")

    def __str__(self) -> str:
        return self.name

    def remember(self, typed: Mapping[str, object]) -> None:
        self.typed = {**self.typed, **typed}
        self.save(update_fields=["typed"])
