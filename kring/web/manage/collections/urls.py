from django.urls import path

from kring.web.manage.collections import return_views, views

OF_ORGANISATION = [
    path("collections/", views.index, name="collections"),
    path("collections/new/", views.new, name="collection_new"),
    path("collections/reasons/", return_views.rules, name="return_rules"),
    path("collections/debits/<int:pk>/return/", return_views.returned, name="debit_return"),
    path("collections/returns/<int:pk>/undoing/", return_views.undoing, name="debit_return_undoing"),
    path("collections/<int:pk>/", views.collection, name="collection"),
    path("collections/<int:pk>/release/", views.release, name="collection_release"),
    path("collections/<int:pk>/file/", views.file, name="collection_file"),
    path("collections/<int:pk>/handing-over/", views.handing_over, name="collection_handing_over"),
    path("collections/<int:pk>/booking/", views.booking, name="collection_booking"),
    path("collections/<int:pk>/calling-off/", views.calling_off, name="collection_calling_off"),
    path("collections/<int:pk>/closing/", views.closing, name="collection_closing"),
]
