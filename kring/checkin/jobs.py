"""What is done with guest lists later, and by the clock."""

from __future__ import annotations

from kring.checkin.guests import keeping, uploading
from kring.checkin.models import Guest, GuestUpload
from kring.core.jobs import job
from kring.core.ticking import due


@job("checkin.put_on_guest_list", tries_again_after=(1, 10, 60))
def put_on_guest_list(upload_id: int) -> None:
    uploading.carry_out(GuestUpload.objects.select_related("event", "created_by").get(pk=upload_id))


@due(
    "checkin.forget_guests",
    where=lambda: (
        Guest.objects.forgettable()
        .order_by()
        .values_list("organisation_id")
        .union(GuestUpload.objects.forgettable().order_by().values_list("organisation_id"))
    ),
)
def forget_guests() -> int:
    return keeping.forget_old()
