from django.urls import path

from kring.web.manage.fees import check_views, difference_views, member_views, rule_views, table_views

OF_ORGANISATION = [
    path("fees/", table_views.index, name="fees"),
    path("fees/check/", check_views.check, name="fee_check"),
    path("fees/differences/", difference_views.differences, name="fee_differences"),
    path("fees/tables/new/", table_views.new, name="fee_table_new"),
    path("fees/tables/<int:pk>/", table_views.change, name="fee_table"),
    path("fees/tables/<int:pk>/removal/", table_views.removal, name="fee_table_removal"),
    path("fees/reductions/new/<slug:kind>/", rule_views.new_reduction, name="reduction_new"),
    path("fees/reductions/<int:pk>/", rule_views.reduction, name="reduction"),
    path("fees/reductions/<int:pk>/removal/", rule_views.reduction_removal, name="reduction_removal"),
    path("fees/surcharges/new/", rule_views.new_surcharge, name="surcharge_new"),
    path("fees/surcharges/<int:pk>/", rule_views.surcharge, name="surcharge"),
    path("fees/surcharges/<int:pk>/removal/", rule_views.surcharge_removal, name="surcharge_removal"),
    path("members/<int:pk>/fee/", member_views.fee, name="member_fee"),
]
