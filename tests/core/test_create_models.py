"""Many tables made by one operation, and taken away again."""

from __future__ import annotations

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from kring.core.create_models import CreateModels
from tests.architecture.catalogue import tables

pytestmark = pytest.mark.django_db

TOGETHER = CreateModels(
    [
        migrations.CreateModel("Shelf", [("id", models.BigAutoField(primary_key=True))]),
        migrations.CreateModel(
            "Book",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("shelf", models.ForeignKey("core.Shelf", on_delete=models.CASCADE)),
                ("sequel", models.ForeignKey("core.Book", null=True, on_delete=models.CASCADE)),
            ],
        ),
    ]
)


@pytest.fixture(autouse=True)
def as_owner():
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        yield


def ours():
    return {name for name in tables() if name in ("core_shelf", "core_book")}


def test_they_are_made_in_one_step_and_taken_away_in_one():
    before, after = ProjectState(), ProjectState()
    assert before.apps
    assert after.apps.get_models() == []

    TOGETHER.state_forwards("core", after)
    with connection.schema_editor(atomic=False) as editor:
        TOGETHER.database_forwards("core", editor, before, after)
    assert ours() == {"core_shelf", "core_book"}
    assert after.apps.get_model("core.Book")._meta.get_field("shelf").related_model is after.apps.get_model(
        "core.Shelf"
    )

    with connection.schema_editor(atomic=False) as editor:
        TOGETHER.database_backwards("core", editor, after, before)
    assert ours() == set()


def test_it_says_which():
    assert TOGETHER.describe() == "Create models Shelf, Book"
    assert TOGETHER.references_model("Book", "core")
    assert not TOGETHER.references_model("Pen", "core")
