"""Organisations, and what the platform above them keeps: its settings and its log."""

from kring.organisations.models.organisation import (
    RESERVED_SUBDOMAINS,
    AuditEntry,
    LegalText,
    Organisation,
    SigningKey,
    colour_validator,
    known_time_zone,
    not_reserved,
    subdomain_validator,
)
from kring.organisations.models.platform import PlatformLog, PlatformSetting, StoredFile
from kring.organisations.models.request import OrganisationRequest

__all__ = [
    "RESERVED_SUBDOMAINS",
    "AuditEntry",
    "LegalText",
    "Organisation",
    "OrganisationRequest",
    "PlatformLog",
    "PlatformSetting",
    "SigningKey",
    "StoredFile",
    "colour_validator",
    "known_time_zone",
    "not_reserved",
    "subdomain_validator",
]
