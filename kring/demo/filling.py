"""Adding the people of the demo once it is up: one step after another as jobs, each whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from kring.core import jobs
from kring.demo import (
    acting,
    applications,
    bank_files,
    collecting,
    dues,
    masterclass,
    members,
    rally,
    refunds,
    reminders,
    svoranje,
    teams,
    vgbc,
    zlot,
)
from kring.demo.people import DUTCH, POLISH, Crowd
from kring.events.models import Event
from kring.organisations import audit
from kring.organisations.current import current_organisation
from kring.organisations.models import Organisation


@dataclass(frozen=True)
class FillingStep:
    subdomain: str
    event: str
    act: Callable[[acting.Visitors], None]


STEPS = (
    FillingStep("vgbc", "vgbc", vgbc.fill_congress),
    FillingStep("vgbc", "masterclass", masterclass.fill),
    FillingStep("vgbc", "vgbc", refunds.fill),
    FillingStep("svoranje", "ledenavond", svoranje.fill_evening),
    FillingStep("svoranje", "jeugdgroepen", svoranje.fill_groups),
    # Registers of members have nothing to do with the event.
    FillingStep("svoranje", "jeugdgroepen", members.fill_club),
    FillingStep("svoranje", "jeugdgroepen", teams.fill),
    FillingStep("svoranje", "jeugdgroepen", applications.fill),
    FillingStep("svoranje", "jeugdgroepen", dues.fill),
    FillingStep("svoranje", "jeugdgroepen", collecting.fill),
    FillingStep("svoranje", "jeugdgroepen", reminders.fill),
    FillingStep("zlot", "zlot-kadry", members.fill_troop),
    FillingStep("zlot", "zlot-kadry", zlot.fill_by_hand),
    FillingStep("zlot", "zlot-kadry", zlot.fill_woods),
    FillingStep("zlot", "zlot-kadry", zlot.fill_the_others),
    # The last: statements are about what the others have made.
    FillingStep("svoranje", "jeugdgroepen", bank_files.fill),
)
NAMES = {"vgbc": (DUTCH, vgbc.POST), "zlot": (POLISH, zlot.POST), "svoranje": (DUTCH, svoranje.POST)}


def begin(number: int = 1) -> None:
    """Queue this step; it queues the next one. `kring demo` reads from the queue how far it is."""
    organisation = Organisation.objects.get(subdomain=STEPS[number - 1].subdomain)
    jobs.later("demo.fill", organisation_id=organisation.pk, step=number, of=len(STEPS))


def fill(number: int) -> None:
    """In the scope of its organisation, and in one transaction."""
    step = STEPS[number - 1]
    with audit.acting(None, label="demo"):
        step.act(_visitors(step, number))
    if number < len(STEPS):
        begin(number + 1)


def _visitors(step: FillingStep, number: int) -> acting.Visitors:
    # The newest edition.
    event = Event.objects.filter(slug__startswith=step.event).order_by("-starts_at")[0]
    names, domain = NAMES[step.subdomain]
    people = Crowd(names, domain, seed=100 + number, known=acting.known_addresses())
    says: dict[str, acting.Answering] = {
        "zlot-kadry": rally.Scouts(timezone.localdate(), seed=100 + number),
        "jeugdgroepen": svoranje.child,
    }
    staff = acting.staff_there(step.subdomain)
    return acting.Visitors(current_organisation(), event, people, staff, says.get(step.event))
