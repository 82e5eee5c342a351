"""Writing the log of the platform: what its administrators do, and what happens to organisations."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kring.core.registry import Registry
from kring.organisations import audit
from kring.organisations.models import Organisation, PlatformLog

# Words of each act, by its key "noun.verb" in the past tense.
acts = Registry[str | Promise]("act in the log of the platform")
acts.add("organisation.registered", _("organisation registered"))
acts.add("organisation.activated", _("organisation activated"))
acts.add("organisation.blocked", _("organisation blocked"))
acts.add("organisation.deletion_asked", _("deletion of an organisation asked for"))
acts.add("organisation.deletion_taken_back", _("deletion of an organisation taken back"))
acts.add("organisation.deletion_begun", _("deletion of an organisation begun"))
acts.add("organisation.deleted", _("organisation deleted"))
acts.add("logins.deleted", _("logins that nobody uses any more deleted"))
acts.add("organisation.note_added", _("note about an organisation added"))
acts.add("organisation.note_removed", _("note about an organisation removed"))
acts.add("job.tried_again", _("failed job tried again"))
acts.add("setting.changed", _("setting changed"))
acts.add("setting.added", _("setting added"))
acts.add("setting.removed", _("setting removed"))
acts.add("setting.restored", _("setting back to its default"))


def note(
    action: str,
    *,
    organisation: Organisation | None = None,
    label: str = "",
    old: Mapping[str, object] | None = None,
    new: Mapping[str, object] | None = None,
) -> PlatformLog:
    """One entry in the transaction of the fact, of the actor of `audit.acting`. Raises NotRegistered."""
    acts[action]
    user, name, ip = audit.who()
    return PlatformLog.objects.create(
        action=action,
        actor=user,
        actor_label=user.get_username() if user else (name or "visitor"),
        organisation=organisation,
        label=(label or str(organisation or ""))[:300],
        old=old,
        new=new,
        ip=ip,
    )
