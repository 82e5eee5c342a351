from django.db import migrations, models

# Numbers up to 10^14, written so that they compare as text. `listing.sortable` in Python writes bounds the same way.
# The dictionary is named: whoever calls may have any search path. Not STRICT: then the planner writes them out in place,
# at a twentieth of the price of a call.
NORMAL = r"""
CREATE FUNCTION registrations_normal(said text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT lower(public.unaccent('public.unaccent'::regdictionary, translate(btrim(said), E'\n\r\t', '   ')))
$$;

CREATE FUNCTION registrations_sortable(number numeric) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_char(greatest(least(number, 99999999999999), -99999999999999) + 100000000000000,
                   'FM000000000000000.0000')
$$;
"""

# All answers of these registrations, of one organisation, anew: two statements, however many they are.
ANSWERS = r"""
CREATE FUNCTION registrations_note_answers(ours bigint, these bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM registrations_answer WHERE organisation_id = ours AND registration_id = ANY(these);
    INSERT INTO registrations_answer
        (organisation_id, event_id, registration_id, name, type, text, sort, number, day)
    -- A question of the same name in both forms: the attraction's own counts.
    SELECT DISTINCT ON (r.id, q.name) ours, r.event_id, r.id, q.name, q.type, left(said.text, 10000),
        CASE
            WHEN said.number IS NOT NULL THEN registrations_sortable(said.number)
            WHEN q.type = 'choices' THEN E'\x1f' || left(coalesce(chosen.sort, said.text), 300) || E'\x1f'
            ELSE left(registrations_normal(left(said.text, 1000)), 300)
        END,
        said.number, said.day
    FROM registrations_registration r
    CROSS JOIN LATERAL (VALUES (r.basic_id, 1), (r.submission_id, 2)) AS part(id, rank)
    JOIN forms_submission s ON s.organisation_id = ours AND s.id = part.id
    CROSS JOIN LATERAL jsonb_each(s.answers) AS given(name, value)
    JOIN forms_question q ON q.organisation_id = ours AND q.version_id = s.version_id AND q.name = given.name
    LEFT JOIN LATERAL (
        SELECT string_agg(coalesce(nullif(c.label, ''), c.value), ', ' ORDER BY c.position, c.id) AS text,
               string_agg(registrations_normal(coalesce(nullif(c.label, ''), c.value)), E'\x1f' ORDER BY c.position, c.id) AS sort
        FROM forms_choice c
        WHERE c.organisation_id = ours AND c.question_id = q.id AND given.value ? c.value
    ) AS chosen ON q.type IN ('choice', 'choices')
    LEFT JOIN forms_upload u ON q.type = 'file' AND u.organisation_id = ours AND u.key = given.value #>> '{}'
    CROSS JOIN LATERAL (
        SELECT coalesce(
            chosen.text,
            u.name,
            CASE jsonb_typeof(given.value)
                WHEN 'array' THEN (SELECT string_agg(each, ', ') FROM jsonb_array_elements_text(given.value) AS each)
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

CREATE FUNCTION registrations_note_words(ours bigint, these bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO registrations_searchable (organisation_id, event_id, registration_id, name, email, number, who, text)
    SELECT ours, r.event_id, r.id, left(registrations_normal(r.attendee_name), 200), lower(r.attendee_email),
        lower(o.number),
        ' ' || registrations_normal(concat_ws(' ', r.attendee_name, r.attendee_email, o.number)),
        ' ' || registrations_normal(left(said.text, 4000))
    FROM registrations_registration r
    JOIN billing_orderline l ON l.organisation_id = ours AND l.id = r.line_id
    JOIN billing_order o ON o.organisation_id = ours AND o.id = l.order_id
    LEFT JOIN LATERAL (
        SELECT string_agg(a.text, ' ' ORDER BY a.name) AS text FROM registrations_answer a
        WHERE a.organisation_id = ours AND a.registration_id = r.id AND a.type NOT IN ('yes_no', 'consent')
    ) AS said ON r.basic_id IS NOT NULL OR r.submission_id IS NOT NULL
    WHERE r.organisation_id = ours AND r.id = ANY(these)
    ON CONFLICT (organisation_id, registration_id) DO UPDATE SET
        event_id = excluded.event_id, name = excluded.name, email = excluded.email, number = excluded.number,
        who = excluded.who, text = excluded.text;
END $$;
"""

# A change of state alone touches nothing here: the conditions are asked before the function is called.
TRIGGERS = """
CREATE FUNCTION registrations_made() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE part record;
BEGIN
    FOR part IN
        SELECT organisation_id AS ours, array_agg(id) AS these,
               array_agg(id) FILTER (WHERE basic_id IS NOT NULL OR submission_id IS NOT NULL) AS answered
        FROM fresh GROUP BY organisation_id
    LOOP
        IF part.answered IS NOT NULL THEN
            PERFORM registrations_note_answers(part.ours, part.answered);
        END IF;
        PERFORM registrations_note_words(part.ours, part.these);
    END LOOP;
    RETURN NULL;
END $$;

CREATE FUNCTION registrations_answered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM registrations_note_answers(NEW.organisation_id, ARRAY[NEW.id]);
    PERFORM registrations_note_words(NEW.organisation_id, ARRAY[NEW.id]);
    RETURN NULL;
END $$;

CREATE FUNCTION registrations_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM registrations_note_words(NEW.organisation_id, ARRAY[NEW.id]);
    RETURN NULL;
END $$;

CREATE FUNCTION registrations_answers_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE these bigint[] := ARRAY(
    SELECT id FROM registrations_registration WHERE organisation_id = NEW.organisation_id AND basic_id = NEW.id
    UNION
    SELECT id FROM registrations_registration WHERE organisation_id = NEW.organisation_id AND submission_id = NEW.id
);
BEGIN
    IF these <> '{}' THEN
        PERFORM registrations_note_answers(NEW.organisation_id, these);
        PERFORM registrations_note_words(NEW.organisation_id, these);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER registration_is_made AFTER INSERT ON registrations_registration
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION registrations_made();
CREATE TRIGGER registration_is_answered AFTER UPDATE ON registrations_registration FOR EACH ROW
    WHEN (NEW.basic_id IS DISTINCT FROM OLD.basic_id OR NEW.submission_id IS DISTINCT FROM OLD.submission_id
          OR NEW.event_id <> OLD.event_id)
    EXECUTE FUNCTION registrations_answered();
CREATE TRIGGER registration_is_renamed AFTER UPDATE ON registrations_registration FOR EACH ROW
    WHEN ((NEW.attendee_name <> OLD.attendee_name OR NEW.attendee_email <> OLD.attendee_email)
          AND NEW.basic_id IS NOT DISTINCT FROM OLD.basic_id
          AND NEW.submission_id IS NOT DISTINCT FROM OLD.submission_id AND NEW.event_id = OLD.event_id)
    EXECUTE FUNCTION registrations_renamed();
CREATE TRIGGER answers_of_registrations AFTER UPDATE ON forms_submission FOR EACH ROW
    WHEN (NEW.answers IS DISTINCT FROM OLD.answers OR NEW.version_id <> OLD.version_id)
    EXECUTE FUNCTION registrations_answers_changed();
"""
BACKWARDS = """
DROP TRIGGER answers_of_registrations ON forms_submission;
DROP TRIGGER registration_is_renamed ON registrations_registration;
DROP TRIGGER registration_is_answered ON registrations_registration;
DROP TRIGGER registration_is_made ON registrations_registration;
DROP FUNCTION registrations_answers_changed(), registrations_renamed(), registrations_answered(), registrations_made(),
    registrations_note_words(bigint, bigint[]), registrations_note_answers(bigint, bigint[]),
    registrations_sortable(numeric), registrations_normal(text);
"""


class Migration(migrations.Migration):
    dependencies = [("registrations", "0007_lists")]

    operations = [
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(
                "organisation", "basic", name="registrations_by_basic", condition=models.Q(basic__isnull=False)
            ),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(
                "organisation", "submission", name="registrations_by_submission",
                condition=models.Q(submission__isnull=False),
            ),
        ),
        migrations.RunSQL(NORMAL + ANSWERS + TRIGGERS, BACKWARDS),
    ]
