"""The register of members (M1, M7)."""

from __future__ import annotations

from kring.members.models.answers import MemberAnswer
from kring.members.models.applications import Application, ApplicationSettings, OfferedGroup, WaitingMember
from kring.members.models.attendance import Attendance, Meeting
from kring.members.models.bulk import MemberBulk, MemberBulkItem, MemberBulkMail
from kring.members.models.changes import ChangeRequest, ChangeRequestQuerySet
from kring.members.models.documents import CalendarLink, MemberDocument
from kring.members.models.groups import Group, GroupPlace, Season
from kring.members.models.households import Guardian, Guardianship, Household
from kring.members.models.importing import ImportedRow, MemberImport, PlannedRow
from kring.members.models.invitations import InvitedMember, MemberInvitation
from kring.members.models.layouts import ExportLayout
from kring.members.models.member import BankAccount, Consent, Gender, Member, MemberQuerySet
from kring.members.models.membership import Membership, MembershipType, PlannedStatus, RegisterSettings, StatusPeriod
from kring.members.models.merging import MemberMerge, ToldApart
from kring.members.models.requests import RequestKey

__all__ = [
    "Application",
    "ApplicationSettings",
    "Attendance",
    "BankAccount",
    "CalendarLink",
    "ChangeRequest",
    "ChangeRequestQuerySet",
    "Consent",
    "ExportLayout",
    "Gender",
    "Group",
    "GroupPlace",
    "Guardian",
    "Guardianship",
    "Household",
    "ImportedRow",
    "InvitedMember",
    "Meeting",
    "Member",
    "MemberAnswer",
    "MemberBulk",
    "MemberBulkItem",
    "MemberBulkMail",
    "MemberDocument",
    "MemberImport",
    "MemberInvitation",
    "MemberMerge",
    "MemberQuerySet",
    "Membership",
    "MembershipType",
    "OfferedGroup",
    "PlannedRow",
    "PlannedStatus",
    "RegisterSettings",
    "RequestKey",
    "Season",
    "StatusPeriod",
    "ToldApart",
    "WaitingMember",
]
