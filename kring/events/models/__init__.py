"""The models of events. One module for each noun; import from here."""

from kring.events.models.attraction import Attraction, AttractionQuerySet, Weekday
from kring.events.models.campaign import Campaign, CampaignCode
from kring.events.models.eligibility import EligibilityRule, RegistryAnswer
from kring.events.models.event import Event, EventQuerySet
from kring.events.models.instalment_plan import PlannedInstalment
from kring.events.models.offer import PaymentOption, TicketType
from kring.events.models.organiser import Organiser
from kring.events.models.price_rule import PriceRule
from kring.events.models.profession_proof import ProfessionProof
from kring.events.models.refund_term import RefundTerm
from kring.events.models.session import Session
from kring.events.models.waiting_list import WaitingList

__all__ = [
    "Attraction",
    "AttractionQuerySet",
    "Campaign",
    "CampaignCode",
    "EligibilityRule",
    "Event",
    "EventQuerySet",
    "Organiser",
    "PaymentOption",
    "PlannedInstalment",
    "PriceRule",
    "ProfessionProof",
    "RefundTerm",
    "RegistryAnswer",
    "Session",
    "TicketType",
    "WaitingList",
    "Weekday",
]
