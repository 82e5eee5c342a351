from importlib import import_module

from django.db import migrations

listed = import_module("kring.registrations.migrations.0015_listed_kept_in_step")
plans = import_module("kring.registrations.migrations.0013_look_each_answer_up")

# What was chosen is compared by a mark of each choice's value, after the beginning of the labels, which is what is sorted
# by: labels change, and many long ones are too long for an index. Several stand on a line each: no label has two lines.
ANSWERS = r"""
CREATE OR REPLACE FUNCTION registrations_note_answers(ours bigint, these bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM registrations_answer WHERE organisation_id = ours AND registration_id = ANY(these);
    INSERT INTO registrations_answer
        (organisation_id, event_id, registration_id, name, type, text, sort, number, day)
    -- A question of the same name in both forms: the attraction's own counts.
    SELECT DISTINCT ON (r.id, q.name) ours, r.event_id, r.id, q.name, q.type, left(said.text, 10000),
        CASE
            WHEN said.number IS NOT NULL THEN registrations_sortable(said.number)
            ELSE coalesce(chosen.sort, left(registrations_normal(left(said.text, 1000)), 300))
        END,
        said.number, said.day
    FROM registrations_registration r
    CROSS JOIN LATERAL (VALUES (r.basic_id, 1), (r.submission_id, 2)) AS part(id, rank)
    JOIN forms_submission s ON s.organisation_id = ours AND s.id = part.id
    CROSS JOIN LATERAL jsonb_each(s.answers) AS given(name, value)
    JOIN forms_question q ON q.organisation_id = ours AND q.version_id = s.version_id AND q.name = given.name
    LEFT JOIN LATERAL (
        SELECT string_agg(coalesce(nullif(c.label, ''), c.value), E'\n' ORDER BY c.position, c.id) AS text,
               left(string_agg(registrations_normal(coalesce(nullif(c.label, ''), c.value)), ' ' ORDER BY c.position, c.id), 100)
                   || E'\x1e\x1f' || string_agg(left(md5(c.value), 8), E'\x1f' ORDER BY c.position, c.id) || E'\x1f' AS sort
        FROM forms_choice c
        WHERE c.organisation_id = ours AND c.question_id = q.id AND given.value ? c.value
    ) AS chosen ON q.type IN ('choice', 'choices')
    LEFT JOIN forms_upload u ON q.type = 'file' AND u.organisation_id = ours AND u.key = given.value #>> '{}'
    CROSS JOIN LATERAL (
        SELECT coalesce(
            chosen.text,
            u.name,
            CASE jsonb_typeof(given.value)
                WHEN 'array' THEN (SELECT string_agg(each, E'\n') FROM jsonb_array_elements_text(given.value) AS each)
                ELSE given.value #>> '{}'
            END
        ) AS text
    ) AS plain
    CROSS JOIN LATERAL (
        SELECT plain.text,
            CASE WHEN q.type = 'number' AND plain.text ~ '^-?[0-9]{1,14}([.][0-9]{1,20})?$'
                THEN round(plain.text::numeric, 4) END AS number,
            CASE WHEN q.type = 'date' AND pg_input_is_valid(plain.text, 'date') THEN plain.text::date END AS day
    ) AS said
    WHERE r.organisation_id = ours AND r.id = ANY(these) AND said.text <> ''
    ORDER BY r.id, q.name, part.rank DESC;
END $$;
"""
# CREATE OR REPLACE forgets how a function is to be planned.
SETTINGS = plans.SETTINGS | {"plan_cache_mode": "force_generic_plan"}
PLANS = "".join(
    f"ALTER FUNCTION registrations_note_answers(bigint, bigint[]) SET {name} = {value};\n"
    for name, value in SETTINGS.items()
)
# Answers with a choice whole: two hundred marks at most.
LIST = listed.FUNCTIONS.partition("END $$;")[0].replace("THEN 310 ELSE", "THEN 3000 ELSE") + "END $$;\n"


class Migration(migrations.Migration):
    dependencies = [("registrations", "0017_search_for_single_letters")]

    operations = [migrations.RunSQL(ANSWERS + PLANS + LIST + listed.PLANS, migrations.RunSQL.noop)]
