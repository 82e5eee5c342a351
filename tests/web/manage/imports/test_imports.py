"""Importing members in the browser (M5)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kring.accounts.models import Role
from kring.core.tenancy import scope
from kring.members.importing import running
from kring.members.importing.reading import read
from kring.members.models import Member, MemberImport, MembershipType
from tests.members.sheets import HEADS, ROWS, as_csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(staff: Any) -> Any:
    return staff(Role.Name.SECRETARY)


def sent(client: Any, rows: Any, name: str = "leden.csv") -> Any:
    return client.act("imports", file=SimpleUploadedFile(name, as_csv(rows)))


def tried(client: Any, rows: Any) -> MemberImport:
    assert sent(client, rows).status_code == 302
    with scope(client.organisation):
        run = MemberImport.objects.get()
    choices = {f"column-{place}": target for place, target in enumerate(run.targets)}
    assert client.act("import_columns", run.pk, households="", **choices).status_code == 302
    return run


def carried_out(client: Any, run: MemberImport) -> None:
    with scope(client.organisation):
        while running.proceed(run):
            pass


def test_from_the_file_to_the_members_and_back(secretary, organisation):
    run = tried(secretary, [HEADS, *ROWS])
    page = secretary.page("import", run.pk).content.decode()
    assert "Sanne de Vries" in page
    secretary.act("import_start", run.pk, rows="all")
    carried_out(secretary, run)
    with scope(organisation):
        assert Member.objects.count() == 3
    assert secretary.page("import", run.pk).context["finished"] == 3
    secretary.act("import_undoing", run.pk)
    with scope(organisation):
        assert not Member.objects.exists()


def test_columns_are_recognised_and_shown_with_their_first_values(secretary):
    sent(secretary, [HEADS, *ROWS])
    with scope(secretary.organisation):
        run = MemberImport.objects.get()
    page = secretary.page("import_columns", run.pk).content.decode()
    assert "Sanne · Daan" in page
    assert 'value="birth_date" selected' in page


def test_a_file_that_cannot_be_read_says_why(secretary):
    page = secretary.act("imports", file=SimpleUploadedFile("leden.xlsx", b"PK\x03\x04nothing"))
    assert page.status_code == 422
    assert "file" in page.context["form"].errors


def test_an_ambiguous_row_is_decided(secretary, organisation):
    first = tried(secretary, [HEADS, *ROWS])
    secretary.act("import_start", first.pk, rows="all")
    carried_out(secretary, first)
    sent(secretary, [["Voornaam", "Achternaam", "Plaats"], ["Zoë", "Jansen", "Zeist"]])
    with scope(organisation):
        run = MemberImport.objects.latest("pk")
        zoe = Member.objects.get(number="1003")
    secretary.act(
        "import_columns",
        run.pk,
        households="",
        **{"column-0": "first_name", "column-1": "last_name", "column-2": "city"},
    )
    with scope(organisation):
        row = run.plan.get()
    secretary.act("import_start", run.pk, rows="all")
    assert secretary.page("import", run.pk).context["run"].state == "planned"
    secretary.act("import_decision", run.pk, row.pk, decision=str(zoe.pk))
    secretary.act("import_start", run.pk, rows="all")
    carried_out(secretary, run)
    with scope(organisation):
        zoe.refresh_from_db()
        assert zoe.city == "Zeist"


def test_what_is_paused_goes_on_and_what_is_stopped_does_not(secretary, organisation):
    run = tried(secretary, [HEADS, *ROWS])
    secretary.act("import_start", run.pk, rows="all")
    secretary.act("import_pause", run.pk)
    carried_out(secretary, run)
    with scope(organisation):
        assert not Member.objects.exists()
    secretary.act("import_going_on", run.pk)
    secretary.act("import_stop", run.pk)
    carried_out(secretary, run)
    with scope(organisation):
        run.refresh_from_db()
        assert (run.state, Member.objects.count()) == ("stopped", 0)


def test_the_report_is_a_spreadsheet_of_all_rows(secretary):
    run = tried(secretary, [HEADS, *ROWS, ["", "=1+1", "", "", "", "", "", "", ""]])
    answer = secretary.page("import_report", run.pk)
    rows = read(b"".join(answer.streaming_content)).rows
    assert [row[2] for row in rows] == ["Outcome", "new", "new", "new", "refused"]
    assert rows[4][6] == "=1+1"


def test_the_empty_spreadsheet_is_recognised_when_it_comes_back(secretary):
    answer = secretary.page("import_template")
    heads = read(b"".join(answer.streaming_content)).rows[0]
    sent(secretary, [heads, ["1" for _ in heads]])
    with scope(secretary.organisation):
        run = MemberImport.objects.get()
    assert [head for head, target in zip(run.heads, run.targets, strict=True) if not target] == []


def test_nobody_decides_about_rows_of_another_organisation(secretary, staff, organisation):
    from tests import make

    run = tried(secretary, [HEADS, *ROWS])
    other = make.organisation()
    with scope(other):
        stranger = make.staff(Role.Name.SECRETARY)
    client = type(secretary)(other, stranger)
    assert client.page("import", run.pk).status_code == 404
    assert client.act("import_start", run.pk, rows="all").status_code == 404


STRANGE = [
    ["Voornaam", "Achternaam", "M/V", "Status", "Soort lid", "Foto's"],
    ["Sanne", "Vries", "dame", "rustend", "Jeugdlid", "jazeker"],
    ["Daan", "Jansen", "heer", "rustend", "Jeugdlid", "nee"],
    ["Zoë", "Berg", "v", "actief", "Youth", "ja"],
]


def test_values_that_cannot_be_read_are_said_by_hand_and_remembered(secretary, organisation):
    with scope(organisation):
        MembershipType.objects.create(name="Youth")
    run = tried(secretary, STRANGE)
    page = secretary.page("import", run.pk)
    assert page.context["unknown"] == 5
    page = secretary.page("import_values", run.pk)
    rows = {each.text: (field.html_name, each) for field, each in page.context["form"].rows()}
    assert set(rows) == {"dame", "heer", "rustend", "Jeugdlid", "jazeker"}
    assert rows["rustend"][1].rows == 2

    meant = {"dame": "=f", "heer": "=m", "rustend": "=suspended", "Jeugdlid": "=Youth", "jazeker": "-"}
    secretary.act("import_values", run.pk, **{rows[text][0]: value for text, value in meant.items()})

    with scope(organisation):
        assert set(run.plan.values_list("outcome", flat=True)) == {"new"}
        running.begin(run, by_worker=False)
    carried_out(secretary, run)
    with scope(organisation):
        sanne, daan = Member.objects.get(first_name="Sanne"), Member.objects.get(first_name="Daan")
        assert (sanne.gender, sanne.state, sanne.photo_consent) == ("f", "suspended", None)
        assert (daan.gender, daan.photo_consent, daan.memberships.get().type.name) == ("m", False, "Youth")
        MemberImport.objects.all().delete()
    again = tried(secretary, [*STRANGE, ["Noor", "Smit", "DAME", "", "jeugdlid", ""]])
    with scope(organisation):
        assert again.plan.get(number=5).outcome == "new"
    assert secretary.get(f"/organisation/members/import/{again.pk}/values/").status_code == 302


def test_a_value_nobody_explained_stays_refused(secretary, organisation):
    run = tried(secretary, [STRANGE[0], ["Sanne", "Vries", "dame", "", "", ""]])
    secretary.act("import_values", run.pk, **{"value-0": ""})
    page = secretary.act("import_values", run.pk, **{"value-0": "=dragon"})
    assert page.status_code == 422
    with scope(organisation):
        assert run.plan.get().outcome == "refused"
