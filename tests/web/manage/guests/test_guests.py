"""D5: the guest list in the administration."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kring.checkin.guests import arriving, keeping
from kring.checkin.models import Guest, GuestUpload
from kring.core.sheets.reading import read
from kring.core.tenancy import scope
from kring.organisations.models import AuditEntry
from tests import make
from tests.jobs import work
from tests.members.sheets import as_csv

pytestmark = pytest.mark.django_db

HEADS = ["Name", "Companions", "Invited by", "Note"]


@pytest.fixture
def event(organisation):
    with scope(organisation):
        return make.event_today()


def upload(client, event, rows, name="guests.csv"):
    response = client.act("guest_uploads", event.pk, file=SimpleUploadedFile(name, as_csv(rows, encoding="utf-8")))
    assert response.status_code == 302
    with scope(client.organisation):
        return GuestUpload.objects.latest("pk")


def names(organisation):
    with scope(organisation):
        return list(Guest.objects.order_by("pk").values_list("name", flat=True))


def test_a_guest_is_typed_changed_and_removed(organiser, organisation, event):
    given = {"name": "Jan Jansen", "companions": "2", "invited_by": "Rotary", "note": "Table 4"}
    response = organiser.act("guest_new", event.pk, **given, then="another")
    assert response.headers["Location"].endswith("/guests/new/")
    with scope(organisation):
        guest = Guest.objects.get()
    assert (guest.name, guest.companions, guest.invited_by, guest.note) == ("Jan Jansen", 2, "Rotary", "Table 4")

    organiser.act("guest", event.pk, guest.pk, **given | {"name": "Jan Janssen", "companions": "0"})
    page = organiser.page("guests", event.pk).content.decode()
    assert "Jan Janssen" in page
    assert "0 of 1" in page
    organiser.act("guest_removal", event.pk, guest.pk)
    assert names(organisation) == []


def test_the_same_name_is_asked_about_and_nothing_typed_is_lost(organiser, organisation, event):
    given = {"name": "Jan Jansen", "companions": "0", "note": "Table 4"}
    organiser.act("guest_new", event.pk, **given)

    response = organiser.act("guest_new", event.pk, **given | {"name": "jan jansén"})
    page = response.content.decode()

    assert response.status_code == 422
    assert "is on the list already" in page
    assert 'value="Table 4"' in page
    assert 'name="same_name"' in page
    assert 'name="same_name"' not in organiser.page("guest_new", event.pk).content.decode()
    organiser.act("guest_new", event.pk, **given, same_name="on")
    assert names(organisation) == ["Jan Jansen", "Jan Jansen"]


@pytest.mark.parametrize(
    "given", [{"name": ""}, {"companions": "-1"}, {"companions": "100"}, {"note": "x" * 501}, {"name": "\u200b"}]
)
def test_wrong_input_is_said_beside_its_field(organiser, organisation, event, given):
    response = organiser.act("guest_new", event.pk, **{"name": "Jan", "companions": "0"} | given)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == list(given)


def test_the_list_is_searched_without_accents_and_filtered_by_who_came(organiser, organisation, event):
    with scope(organisation):
        jose = keeping.add(event, name="José Núñez", companions=1, invited_by="Rotary")
        anna = keeping.add(event, name="Anna Dijk", companions=1)
        keeping.add(event, name="Piet")
        arriving.tick_off(jose, 1, seen=0, location=None, user=None)
        arriving.tick_off(anna, 2, seen=0, location=None, user=None)

    def found(**query):
        page = organiser.page("guests", event.pk, **query).context["list"]
        return [row.record.name for row in page.table.paginated_rows]

    assert found() == ["Anna Dijk", "José Núñez", "Piet"]
    assert found(q="nunez") == found(q="rotary") == found(arrived="partly") == ["José Núñez"]
    assert found(arrived="all") == ["Anna Dijk"]
    assert found(arrived="nobody") == ["Piet"]
    numbers = organiser.page("guests", event.pk).context["numbers"]
    assert numbers == {"guests": 3, "people": 5, "arrived": 3}


def test_a_file_is_shown_row_by_row_before_anything_is_written(organiser, organisation, event):
    with scope(organisation):
        keeping.add(event, name="Anna", companions=1)
    rows = [HEADS, ["Jan", "2", "Rotary", ""], ["Anna", "3", "", ""], ["Jan", "", "", ""], ["", "1", "", ""]]

    made = upload(organiser, event, rows)
    page = organiser.page("guest_upload", event.pk, made.pk)

    assert [each.outcome.value for each, _tone, _changes in page.context["rows"]] == [
        "new", "changed", "same_name", "refused",
    ]  # fmt: skip
    assert "Put 2 rows on the list" in page.content.decode()
    assert "2 rows are left out." in page.content.decode()
    assert "Companions: <s>1</s> → 3" in page.content.decode()
    assert names(organisation) == ["Anna"]
    only = organiser.page("guest_upload", event.pk, made.pk, outcome="refused")
    assert [each.number for each, _tone, _changes in only.context["rows"]] == [5]

    organiser.act("guest_upload_start", event.pk, made.pk)

    assert names(organisation) == ["Anna", "Jan"]
    page = organiser.page("guest_upload", event.pk, made.pk).content.decode()
    assert "1 guest was added." in page
    assert "The name is missing." in page


def test_columns_are_chosen_and_rows_of_the_same_name_added_if_wanted(organiser, organisation, event):
    made = upload(organiser, event, [["1", "2", "Jan"], ["3", "4", "Jan"]])
    columns = {"column-0": "", "column-1": "companions", "column-2": "name"}
    organiser.act("guest_upload", event.pk, made.pk, **columns, adds_same_names="on")

    organiser.act("guest_upload_start", event.pk, made.pk)

    with scope(organisation):
        assert list(Guest.objects.order_by("pk").values_list("name", "companions")) == [("Jan", 2), ("Jan", 4)]


def test_without_a_column_of_names_nothing_is_offered_and_two_are_refused(organiser, organisation, event):
    made = upload(organiser, event, [["1", "2"], ["3", "4"]])
    page = organiser.page("guest_upload", event.pk, made.pk).content.decode()
    assert f"guests/uploads/{made.pk}/start/" not in page

    response = organiser.act("guest_upload", event.pk, made.pk, **{"column-0": "", "column-1": ""})
    assert response.status_code == 422
    assert "Say which column has the names." in response.content.decode()
    response = organiser.act("guest_upload", event.pk, made.pk, **{"column-0": "name", "column-1": "name"})
    assert response.status_code == 422
    organiser.act("guest_upload_start", event.pk, made.pk)
    assert names(organisation) == []


def test_an_upload_is_undone(organiser, organisation, event):
    made = upload(organiser, event, [HEADS, ["Jan", "", "", ""], ["Piet", "", "", ""]])
    organiser.act("guest_upload_start", event.pk, made.pk)
    with scope(organisation):
        arriving.tick_off(Guest.objects.get(name="Piet"), 1, seen=0, location=None, user=None)
    assert "1 guest whom it added is removed." in organiser.page(
        "guest_upload_undoing", event.pk, made.pk
    ).content.decode().replace("&#x27;", "'")

    organiser.act("guest_upload_undoing", event.pk, made.pk)

    assert names(organisation) == ["Piet"]


def test_a_large_file_is_put_on_the_list_by_the_worker_at_few_statements(
    organiser, organisation, event, django_assert_max_num_queries
):
    made = upload(organiser, event, [HEADS, *[[f"Guest {n:05}", "1", "", ""] for n in range(5000)]])
    with django_assert_max_num_queries(30):
        organiser.page("guest_upload", event.pk, made.pk)

    organiser.act("guest_upload_start", event.pk, made.pk)
    assert "This page reloads by itself." in organiser.page("guest_upload", event.pk, made.pk).content.decode()
    work()

    assert "5000 guests were added." in organiser.page("guest_upload", event.pk, made.pk).content.decode()
    with django_assert_max_num_queries(25):
        assert organiser.page("guests", event.pk).context["list"].total == 5000


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 no zip", "cannot be read"),
        (b"Name\n", "no rows"),
        (b"Name\nJan\0 Jansen", "cannot"),
    ],
)
def test_what_is_no_table_is_refused_in_words(organiser, event, content, words):
    response = organiser.act("guest_uploads", event.pk, file=SimpleUploadedFile("x.xlsx", content))

    assert response.status_code == 422
    assert words in response.content.decode()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_export_has_what_is_shown_and_is_logged_without_names(organiser, organisation, event, form):
    with scope(organisation):
        keeping.add(event, name="=1+1", invited_by="Rotary")
        keeping.add(event, name="Anna")

    response = organiser.page("guests_export", event.pk, form=form, q="rotary")
    content = b"".join(response.streaming_content)

    sheet = read(content)
    assert [row[0] for row in sheet.rows] == ["Name", "=1+1"]
    if form == "csv":
        assert b"'=1+1" in content
    with scope(organisation):
        assert AuditEntry.objects.get(action="guests.exported").new == {"number": 1, "form": form}
    assert organiser.page("guests_export", event.pk, form="pdf").status_code == 404


def test_what_was_exported_comes_back_unchanged(organiser, organisation, event):
    with scope(organisation):
        keeping.add(event, name="José Núñez", companions=2, invited_by="Rotary", note="Table 4")
        keeping.add(event, name="Jose Nunez", same_name=True)
    content = b"".join(organiser.page("guests_export", event.pk).streaming_content)

    organiser.act("guest_uploads", event.pk, file=io.BytesIO(content))

    with scope(organisation):
        made = GuestUpload.objects.get()
    page = organiser.page("guest_upload", event.pk, made.pk)
    assert {each.outcome.value for each, _tone, _changes in page.context["rows"]} == {"unchanged"}
    assert "There is nothing to add or to change." in page.content.decode()


def test_guests_of_another_organisation_are_not_found(organiser, organisation, event):
    strange = make.organisation(subdomain="strange")
    with scope(strange):
        theirs = make.event_today()
        guest = keeping.add(theirs, name="Anna")
        file = GuestUpload.objects.create(event=theirs, name="x.csv", targets=["name"], rows=[[1, ["Jan"]]])

    for name, *args in [
        ("guests", theirs.pk), ("guest", theirs.pk, guest.pk), ("guest", event.pk, guest.pk),
        ("guest_upload", event.pk, file.pk), ("guests_export", theirs.pk), ("guest_removal", event.pk, guest.pk),
    ]:  # fmt: skip
        assert organiser.page(name, *args).status_code == 404
    assert organiser.act("guest_upload_start", event.pk, file.pk).status_code == 404
