"""A model that gets another name, on a system that goes on running."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from kring.core.rename_model import RenameModelOnly

pytestmark = pytest.mark.django_db

BEFORE = [
    migrations.CreateModel("Shelf", [("id", models.BigAutoField(primary_key=True))]),
    migrations.CreateModel(
        "Book",
        [
            ("id", models.BigAutoField(primary_key=True)),
            ("shelf", models.ForeignKey("core.Shelf", on_delete=models.CASCADE)),
        ],
    ),
]


def test_the_table_and_what_refers_to_it_stay_as_they_are(django_assert_num_queries):
    state = ProjectState()
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
    for operation in BEFORE:
        earlier = state.clone()
        operation.state_forwards("core", state)
        with connection.schema_editor() as editor:
            operation.database_forwards("core", editor, earlier, state)
    earlier, rename = state.clone(), RenameModelOnly("Shelf", "Bookcase")

    rename.state_forwards("core", state)
    with connection.schema_editor(atomic=False) as editor, django_assert_num_queries(0):
        rename.database_forwards("core", editor, earlier, state)
        rename.database_backwards("core", editor, state, earlier)

    bookcase, book = state.apps.get_model("core.Bookcase"), state.apps.get_model("core.Book")
    assert bookcase._meta.db_table == "core_shelf"
    assert book.objects.create(shelf=bookcase.objects.create()).shelf_id
    assert rename.describe() == "Rename model Shelf to Bookcase, without its table"


def test_content_types_have_the_new_names():
    names = set(ContentType.objects.filter(app_label__in=("waiting", "forms")).values_list("model", flat=True))

    assert {"waitingentry", "waitingwish", "waitingstep", "formchoice"} <= names
    assert not {"entry", "wish", "step", "choice"} & names
