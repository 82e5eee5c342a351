"""Plans of the platform, and a small organisation in each state of its subscription; once the pretend Stripe is up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import httpx
from django.conf import settings
from django.utils import timezone

from kring.accounts import staffing
from kring.accounts.models import Role
from kring.core.tenancy import scope
from kring.demo import acting
from kring.organisations import audit, platform_settings
from kring.organisations.models import Organisation
from kring.plans import connecting, editing, reminding, subscribing
from kring.plans.models import Plan, PlanSubscription

State = PlanSubscription.State
# Longer than the grace period.
DAYS_OVERDUE = 20


@dataclass(frozen=True)
class Subscriber:
    """`becomes`: the state of its subscription; overdue for `days`."""

    subdomain: str
    name: str
    city: str
    becomes: str
    days: int = 0
    has_trial: bool = False


SUBSCRIBERS = (
    Subscriber("schaak", "Schaakvereniging Pion", "Leiden", State.TRIAL, has_trial=True),
    Subscriber("zeilclub", "Zeilvereniging De Fok", "Sneek", State.ACTIVE),
    Subscriber("toneel", "Toneelgroep Het Masker", "Zwolle", State.PAST_DUE),
    Subscriber("judo", "Judoclub Tatami", "Breda", State.PAST_DUE, days=DAYS_OVERDUE),
    Subscriber("harmonie", "Harmonie Sint Cecilia", "Venlo", State.CANCELLED),
)
CLUB, TRIAL, FEDERATION = "Club", "Club, eerst proberen", "Bond"
DESCRIPTIONS = {
    CLUB: {"en": "For one club or group.", "nl": "Voor één club of groep.", "pl": "Dla jednego klubu lub grupy."},
    TRIAL: {"en": "Two weeks free of charge.", "nl": "Twee weken gratis.", "pl": "Dwa tygodnie bezpłatnie."},
    FEDERATION: {"en": "For federations.", "nl": "Voor bonden.", "pl": "Dla federacji."},
}
LIMITS = {"most_members": 250, "most_events": 10, "most_staff": 10, "most_storage_mb": 500}


def fill() -> None:
    """Again, it goes on where it stopped. With the pretend Stripe only."""
    if not settings.PROVIDER_URLS["stripe"].startswith("http://127.0.0.1:"):
        return
    with audit.acting(None, label="demo"):
        connecting.connect("sk_test_kring")
        platform_settings.change("plans_on", True)
        plans = {
            CLUB: _plan(CLUB, "10.00", position=1, **LIMITS),
            TRIAL: _plan(TRIAL, "12.50", position=2, trial_days=14, **LIMITS),
            FEDERATION: _plan(FEDERATION, "75.00", position=3),
        }
        for each in SUBSCRIBERS:
            _subscribe(_organisation(each), each, plans[TRIAL if each.has_trial else CLUB])


def _plan(name: str, price: str, **facts: int) -> Plan:
    known = Plan.objects.filter(name=name).first()
    return known or editing.create(name=name, price=Decimal(price), descriptions=DESCRIPTIONS[name], **facts)


def _organisation(wanted: Subscriber) -> Organisation:
    email = f"org-admin@{wanted.subdomain}.example"
    facts = {"name": wanted.name, "city": wanted.city, "contact_email": email, "language": "nl"}
    found, made = Organisation.objects.get_or_create(subdomain=wanted.subdomain, defaults=facts)
    if made:
        found.activate()
        admin = acting.login(email, f"Beheer {wanted.name}", "nl")
        with scope(found):
            staffing.set_roles(admin, {Role.Name.ORG_ADMIN.value})
    return found


def _subscribe(organisation: Organisation, wanted: Subscriber, plan: Plan) -> None:
    with scope(organisation):
        found = subscribing.newest()
    if found is not None and found.state != State.INCOMPLETE:
        return
    back = f"{organisation.url}/organisation/subscription/"
    url = subscribing.begin(organisation, plan, language="nl", back=back)
    _press(url, "failing" if wanted.becomes == State.PAST_DUE else "card")
    subscribing.come_back(organisation)
    if wanted.becomes == State.CANCELLED:
        subscribing.cancel_at_once(organisation)
    if wanted.becomes == State.PAST_DUE:
        _miss_a_payment(organisation, wanted.days)


def _miss_a_payment(organisation: Organisation, days: int) -> None:
    with scope(organisation):
        found = subscribing.newest()
    assert found is not None
    _press(f"{settings.PROVIDER_URLS['stripe']}/dashboard/subscriptions", found.subscription_id)
    subscribing.come_back(organisation)
    with scope(organisation):
        PlanSubscription.objects.filter(pk=found.pk).update(past_due_since=timezone.now() - timedelta(days=days))
        reminding.remind()


def _press(url: str, act: str) -> None:
    """A button on a page of the pretend Stripe."""
    httpx.post(url, data={"act": act})
