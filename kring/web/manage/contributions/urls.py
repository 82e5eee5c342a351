from django.urls import path

from kring.web.manage.contributions import acts, exporting, run_views, settings_views, views

OF_ORGANISATION = [
    path("contributions/", views.index, name="contributions"),
    path("contributions/export/", exporting.export, name="contributions_export"),
    path("contributions/runs/", run_views.index, name="contribution_runs"),
    path("contributions/runs/new/", run_views.new, name="contribution_run_new"),
    path("contributions/runs/<int:pk>/", run_views.run, name="contribution_run"),
    path("contributions/runs/<int:pk>/stop/", run_views.stopping, name="contribution_run_stop"),
    path("contributions/runs/<int:pk>/going-on/", run_views.going_on, name="contribution_run_going_on"),
    path("contributions/settings/", settings_views.settings, name="dues_settings"),
    path("contributions/settings/<slug:method>/", settings_views.payment, name="dues_payment"),
    path("contributions/settings/<slug:method>/removal/", settings_views.removal, name="dues_payment_removal"),
    path("contributions/<int:pk>/", views.contribution, name="contribution"),
    path("contributions/<int:pk>/bill.pdf", views.bill, name="contribution_bill"),
    path("contributions/<int:pk>/waiver/", acts.waiver, name="contribution_waiver"),
    path("contributions/<int:pk>/correction/", acts.correction, name="contribution_correction"),
    path("contributions/<int:pk>/withdrawal/", acts.withdrawal, name="contribution_withdrawal"),
    path("contributions/<int:pk>/payer/", acts.payer, name="contribution_payer"),
    path("contributions/<int:pk>/money/", acts.money, name="contribution_money"),
]
