from kring.newsletter.models.mailing_list import MailingList, MailingListQuerySet  # isort: skip
from kring.newsletter.models.subscription import Subscription, SubscriptionQuerySet  # isort: skip
from kring.newsletter.models.list_delivery import ListDelivery, ListDeliveryQuerySet

__all__ = [
    "ListDelivery",
    "ListDeliveryQuerySet",
    "MailingList",
    "MailingListQuerySet",
    "Subscription",
    "SubscriptionQuerySet",
]
