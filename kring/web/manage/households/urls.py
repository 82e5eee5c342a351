from django.urls import path

from kring.web.manage.households import guardians, people, views

OF_ORGANISATION = [
    path("households/", views.index, name="households"),
    path("households/<int:pk>/", views.household, name="household"),
    path("households/<int:pk>/change/", views.change, name="household_change"),
    path("households/<int:pk>/dissolution/", views.dissolution, name="household_dissolution"),
    path("households/<int:pk>/adding/", people.adding, name="household_adding"),
    path("households/<int:pk>/guardians/new/", guardians.of_household, name="household_guardian_new"),
    path("members/<int:pk>/household/", people.of_member, name="member_household"),
    path("members/<int:pk>/household/leaving/", people.leaving, name="member_household_leaving"),
    path("members/<int:pk>/guardians/new/", guardians.of_member, name="member_guardian_new"),
    path("guardians/<int:pk>/", guardians.change, name="guardian"),
    path("guardians/<int:pk>/leaving/", guardians.leaving, name="guardian_leaving"),
    path("guardianships/<int:pk>/", guardians.rights, name="guardianship"),
    path("guardianships/<int:pk>/end/", guardians.end, name="guardianship_end"),
]
