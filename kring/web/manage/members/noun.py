"""Members of the organisation: the register."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.members.models import ChangeRequest, Member
from kring.web.manage.noun import MONITOR, SECRETARY, TREASURER, Noun
from kring.web.navigation import MenuItem

State, Asked = Member.State, ChangeRequest.State

NOUN = Noun(
    name="members",
    menu=MenuItem("manage:members", _("Members"), "users-group"),
    rights={
        "see_members": frozenset({SECRETARY, TREASURER, MONITOR}),
        "change_members": frozenset({SECRETARY}),
        "see_bank_accounts": frozenset({SECRETARY, TREASURER}),
    },
    pages={
        "see_members": [
            *("members", "members_export", "member", "member_file", "member_picture"),
            *("members_act_labels", "members_act_letters"),
        ],
        "change_members": [
            *("member_new", "member_change", "member_status", "member_leaving", "member_plan_removal", "member_type"),
            *("membership_types", "membership_type_new", "membership_type", "membership_type_removal"),
            *("register_settings", "member_invitation", "member_invitations"),
            "member_picture_change",
            *("portal_settings", "change_requests", "member_changes"),
            *("members_act_mail", "members_act_status", "members_act_join", "members_act_leave", "members_act_type"),
            *("members_act_invite", "members_act_merge", "members_bulk"),
            *("member_duplicates", "member_merge", "member_merge_undo", "members_apart"),
            *("member_documents", "member_document_new", "member_document", "member_document_removal"),
        ],
        "see_bank_accounts": ["member_bank_account"],
        "manage_settings": ["register_offering"],
    },
    tones={
        "success": (State.ACTIVE, State.HONORARY, Asked.ACCEPTED),
        "info": (State.APPLICANT, Asked.OPEN),
        "warning": (State.SUSPENDED, Asked.UNPROVED),
        "neutral": (State.LEFT, State.DECEASED, Asked.WITHDRAWN, Asked.REPLACED),
    },
    audit_labels={
        "member.added": _("member added"),
        "member.activated": _("login of a member activated"),
        "member.invited": _("member invited to a login"),
        "member.bank_account_seen": _("account number looked at"),
        "member.card_renewed": _("card of a member replaced"),
        "member.picture_changed": _("picture of a member changed"),
        "member.picture_removed": _("picture of a member removed"),
        "member.change_refused": _("requested change of a member refused"),
        "member.change_requested": _("change of a member's data requested"),
        "member.change_withdrawn": _("requested change of a member withdrawn"),
        "member.changed": _("member changed"),
        "member.merge_undone": _("merge of two members undone"),
        "member.merged": _("two members merged"),
        "member.plan_dropped": _("planned change of status dropped"),
        "member.status_changed": _("status of a member changed"),
        "member.status_planned": _("change of a member's status planned"),
        "member.told_apart": _("two members told apart"),
        "member.type_set": _("membership type changed"),
        "member.data_downloaded": _("data downloaded in the portal"),
        "member_document.added": _("document for members added"),
        "member_document.removed": _("document for members removed"),
        "members.bulk": _("act on several members"),
        "members.exported": _("members exported"),
        "members.printed": _("labels or letters made"),
        "membership_type.changed": _("membership type changed"),
        "membership_type.created": _("membership type added"),
        "membership_type.removed": _("membership type removed"),
        "membership_type.retired": _("membership type no longer used"),
        "register.asked": _("another register asked whether somebody is a member"),
        "register_settings.changed": _("settings of the register changed"),
    },
)
