"""What the database has of functions and triggers is what the files in `kring/<app>/sql/` say, no more and no less."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from kring.core.sql_files import FUNCTION, TRIGGER, InstallSql, digest, file_of
from tests.architecture.catalogue import rows

pytestmark = pytest.mark.django_db

APPS = [config for config in apps.get_app_configs() if config.name.startswith("kring.")]
FILES = [(config.label, file) for config in APPS for file in sorted((Path(config.path) / "sql").glob("*.sql"))]
MAY_BEGIN = ("CREATE OR REPLACE FUNCTION ", "CREATE OR REPLACE TRIGGER ", "REVOKE ", "GRANT ")
# Kring's: neither an extension's nor those of the jobs' library, which has migrations of its own.
FUNCTIONS = """
    SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid), p.proacl::text, p.proowner::regrole::text
    FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND p.proname NOT LIKE 'procrastinate%%'
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""
TRIGGERS = """
    SELECT t.tgname || ' ON ' || t.tgrelid::regclass, pg_get_triggerdef(t.oid), t.tgenabled::text, ''
    FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal AND p.proname NOT LIKE 'procrastinate%%'
"""


@pytest.fixture
def as_owner():
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        yield cursor


def in_the_database() -> dict[str, tuple]:
    return {name: says for name, *says in rows(FUNCTIONS) + rows(TRIGGERS)}


def differences(cursor) -> list[str]:
    """Names of what is not as the files say. Takes all of it away, and makes it anew from the files."""
    found = in_the_database()
    for trigger in [name for name in found if " ON " in name]:
        cursor.execute(f"DROP TRIGGER {trigger}")
    for function in [name for name in found if " ON " not in name]:
        cursor.execute(f"DROP FUNCTION {function}")
    texts = [file.read_text(encoding="utf-8") for _app, file in FILES]
    functions = [found[0] for text in texts for found in FUNCTION.finditer(text)]
    # First without, then with a look inside: what they call is there by now.
    cursor.execute("SET LOCAL check_function_bodies = off;" + "".join(functions))
    cursor.execute("SET LOCAL check_function_bodies = on;" + "".join(texts))
    result = in_the_database()
    return sorted(name for name in found | result if found.get(name) != result.get(name))


class TestTheDatabaseHasWhatTheFilesSay:
    def test_and_nothing_else(self, as_owner):
        assert differences(as_owner) == []

    @pytest.mark.parametrize(
        ("change", "name"),
        [
            ("DROP TRIGGER claims_unchanged ON places_claim", "claims_unchanged ON places_claim"),
            ("ALTER TABLE places_claim DISABLE TRIGGER claims_unchanged", "claims_unchanged ON places_claim"),
            ("ALTER FUNCTION registrations_list(bigint, bigint[]) RESET ALL", "registrations_list(bigint,bigint[])"),
            ("CREATE FUNCTION forgotten() RETURNS int LANGUAGE sql AS 'SELECT 1'", "forgotten()"),
            (
                "GRANT EXECUTE ON FUNCTION registrations_search(text[], bigint, integer, boolean) TO public",
                "registrations_search(text[],bigint,integer,boolean)",
            ),
            (
                "CREATE TRIGGER forgotten AFTER DELETE ON places_hold EXECUTE FUNCTION places_claims_add_up()",
                "forgotten ON places_hold",
            ),
        ],
    )
    def test_whatever_is_otherwise_is_found(self, as_owner, change, name):
        as_owner.execute(change)

        assert differences(as_owner) == [name]


def test_each_file_is_installed_as_it_is_by_the_last_migration_that_names_it():
    """Fails where a file was changed: write a migration with the line it says (docs/architecture.md)."""
    loader = MigrationLoader(None)
    installed: dict[tuple[str, str], list[InstallSql]] = defaultdict(list)
    for node in dict.fromkeys(key for leaf in loader.graph.leaf_nodes() for key in loader.graph.forwards_plan(leaf)):
        for operation in loader.graph.nodes[node].operations:
            if isinstance(operation, InstallSql):
                installed[node[0], operation.name].append(operation)

    missing = []
    for app, file in FILES:
        versions, now = installed[app, file.stem], digest(file.read_text(encoding="utf-8"))
        assert [each.version for each in versions] == list(range(1, len(versions) + 1)), f"{app}: {file.stem}"
        if not versions or versions[-1].digest != now:
            missing.append(f'{app}: InstallSql("{file.stem}", version={len(versions) + 1}, digest="{now}")')
    assert missing == []


@pytest.mark.parametrize(("app", "file"), FILES, ids=[f"{app}-{file.stem}" for app, file in FILES])
def test_a_file_says_one_thing_and_may_be_installed_early_and_again(app, file):
    """One function with its name, its triggers after it; or triggers of a function of a lower app."""
    text = file.read_text(encoding="utf-8")
    outside = re.sub(r"^--.*\n", "", FUNCTION.sub("", text), flags=re.MULTILINE)
    functions = [found[1] for found in FUNCTION.finditer(text)]
    begins = [line for line in outside.splitlines() if line and not line.startswith((" ", *MAY_BEGIN))]

    assert begins == []
    assert functions in ([], [f"{app}_{file.stem}"])
    assert outside.count(";") == outside.count(";\n")
    # Such a body is parsed at once, and cannot name a column that comes later.
    assert "BEGIN ATOMIC" not in text
    assert functions or TRIGGER.search(text)


def test_functions_take_and_give_types_of_postgresql():
    """A type of a table is looked for at once: its table would have to be there before."""
    found = rows(
        """SELECT p.proname::text FROM pg_proc p JOIN pg_type t ON t.oid = ANY(p.proargtypes::oid[] || p.prorettype)
           WHERE p.pronamespace = 'public'::regnamespace AND t.typnamespace <> 'pg_catalog'::regnamespace
               AND p.proname NOT LIKE 'procrastinate%%'
               AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"""
    )

    assert found == []


# "Triggers: this, that (app/sql/file.sql), another (…)." at the end of a docstring, over as many lines as it takes.
NAMED = re.compile(r"^\s*Triggers: (.*?)\.\s*(?:\n\s*\n|\Z)", re.DOTALL | re.MULTILINE)
PLACE = re.compile(r"([\w, \n]+?)\s+\((\w+)/sql/(\w+)\.sql\)(?:[;,]\s*)?")


def named_by(docstring: str) -> set[tuple[str, str, str]]:
    found = NAMED.search(docstring)
    return {
        (trigger, app, name)
        for triggers, app, name in PLACE.findall(found[1] if found else "")
        for trigger in re.findall(r"\w+", triggers)
    }


def test_the_docstring_of_a_model_names_the_triggers_of_its_table():
    written = defaultdict(set)
    for app, file in FILES:
        for trigger, table in TRIGGER.findall(file.read_text(encoding="utf-8")):
            written[table].add((trigger, app, file.stem))
    models = {model._meta.db_table: model for model in apps.get_models()}

    assert set(written) <= set(models)
    wrong = {
        model.__name__: "Triggers: "
        + "; ".join(f"{name} ({app}/sql/{file}.sql)" for name, app, file in sorted(written[table]))
        for table, model in models.items()
        if named_by(model.__doc__ or "") != written[table]
    }
    assert wrong == {}


class TestInstalling:
    """In a table of its own, with files that change between migrations."""

    EARLIER = "CREATE OR REPLACE FUNCTION places_try() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;"
    NOW = """
CREATE OR REPLACE FUNCTION places_try() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.later := places_later();
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER trying BEFORE INSERT ON trial FOR EACH ROW WHEN (NEW.later IS NULL)
    EXECUTE FUNCTION places_try();
"""
    LATER = """
CREATE OR REPLACE FUNCTION places_later() RETURNS integer LANGUAGE sql AS $$
    SELECT coalesce(max(later), 0) + 1 FROM trial
$$;
"""

    @pytest.fixture(autouse=True)
    def files(self, as_owner, tmp_path, monkeypatch):
        monkeypatch.setattr("kring.core.sql_files.file_of", lambda app, name: tmp_path / f"{name}.sql")
        as_owner.execute("CREATE TABLE trial (id int)")
        return tmp_path

    def install(self, name, text, version=1, act="database_forwards"):
        with connection.schema_editor(atomic=False) as editor:
            getattr(InstallSql(name, version=version, digest=digest(text)), act)("places", editor, None, None)

    def there(self):
        return sorted(
            name for name in in_the_database() if name in ("places_try()", "places_later()", "trying ON trial")
        )

    def test_a_new_database_comes_to_the_same_although_the_file_speaks_of_what_comes_later(self, as_owner, files):
        (files / "try.sql").write_text(self.NOW)
        (files / "later.sql").write_text(self.LATER)

        self.install("try", self.EARLIER)
        self.install("later", "something before")
        assert self.there() == ["places_later()", "places_try()"]

        as_owner.execute("ALTER TABLE trial ADD later int")
        self.install("later", self.LATER, version=2)
        self.install("try", self.NOW, version=2)
        as_owner.execute("INSERT INTO trial (id) VALUES (1), (2) RETURNING later")
        assert as_owner.fetchall() == [(1,), (2,)]

    def test_a_running_system_keeps_what_it_has_until_the_migration_that_knows_the_file(self, as_owner, files):
        (files / "try.sql").write_text(self.EARLIER)
        self.install("try", self.EARLIER)
        before = in_the_database()["places_try()"]
        (files / "try.sql").write_text(self.NOW)

        self.install("try", "a version in between", version=2)

        assert in_the_database()["places_try()"] == before
        assert self.there() == ["places_try()"]

    def test_installing_again_changes_nothing(self, as_owner, files):
        (files / "later.sql").write_text(self.LATER)
        self.install("later", self.LATER)
        before = in_the_database()

        self.install("later", self.LATER)

        assert in_the_database() == before

    def test_a_file_that_is_gone_is_nobodys(self):
        self.install("gone", self.LATER)
        self.install("gone", self.LATER, act="database_backwards")

        assert self.there() == []

    def test_backwards_the_first_version_is_dropped_and_a_later_one_stays(self, as_owner, files):
        as_owner.execute("ALTER TABLE trial ADD later int")
        (files / "try.sql").write_text(self.NOW)
        self.install("try", self.NOW)

        self.install("try", self.NOW, version=2, act="database_backwards")
        assert self.there() == ["places_try()", "trying ON trial"]

        self.install("try", self.NOW, act="database_backwards")
        assert self.there() == []


def test_files_are_found_where_they_are():
    assert all(file_of(app, file.stem) == file for app, file in FILES)
    assert FILES
