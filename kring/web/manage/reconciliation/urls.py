from django.urls import path

from kring.web.manage.reconciliation import acts, difference_views, period, views

OF_ORGANISATION = [
    path("reconciliation/", views.index, name="reconciliation"),
    path("reconciliation/movements/", views.entries, name="provider_entries"),
    path("reconciliation/payouts/", views.payouts, name="payouts"),
    path("reconciliation/payouts/<int:pk>/", views.payout, name="payout"),
    path("reconciliation/period/", period.choose, name="reconciliation_period"),
    path("reconciliation/period/<slug:form>/", period.file, name="reconciliation_file"),
    path("reconciliation/differences/", difference_views.index, name="differences"),
    path("reconciliation/differences/<int:pk>/", difference_views.difference, name="difference"),
    path("reconciliation/differences/<int:pk>/seen/", difference_views.seen, name="difference_seen"),
    path("reconciliation/differences/<int:pk>/booking/", difference_views.booking, name="difference_booking"),
    path("reconciliation/accounts/<int:pk>/now/", acts.now, name="reconciliation_now"),
    path("reconciliation/accounts/<int:pk>/sharing/", acts.sharing, name="reconciliation_sharing"),
]
