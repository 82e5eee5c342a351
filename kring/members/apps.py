from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "kring.members"

    def ready(self) -> None:
        # Which of its mails an organisation may reword.
        from kring.members import mail_kinds  # noqa: F401
        from kring.members.models import Member
        from kring.plans import limits

        # What a plan of the platform has room for.
        limits.counts.add(limits.Limited.MEMBERS, lambda: Member.objects.filter(state__in=Member.BELONG).count())
