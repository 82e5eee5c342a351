"""Logins, their sessions, and roles in an organisation."""

from kring.accounts.models.api_token import ApiToken, ApiTokenQuerySet
from kring.accounts.models.identity import Fault, Identity, IdentityProvider, IdentityQuerySet
from kring.accounts.models.profession import Profession, Profile
from kring.accounts.models.role import STAFF_ROLES, Role, RoleQuerySet
from kring.accounts.models.user import User, UserManager
from kring.accounts.models.user_session import UserSession

__all__ = [
    "STAFF_ROLES",
    "ApiToken",
    "ApiTokenQuerySet",
    "Fault",
    "Identity",
    "IdentityProvider",
    "IdentityQuerySet",
    "Profession",
    "Profile",
    "Role",
    "RoleQuerySet",
    "User",
    "UserManager",
    "UserSession",
]
