from django.db import migrations

# The fixed list of before. Organisations where any of it is in use keep all of it: their rules and forms offer it.
PROFESSIONS = """
INSERT INTO accounts_profession
    (organisation_id, key, names, notes, is_active, position, proof, domains)
SELECT organisation.id, key, jsonb_build_object('en', en, 'nl', nl, 'pl', pl), notes::jsonb, true, position, 'word', '{}'
FROM organisations_organisation organisation
CROSS JOIN (VALUES
    (1, 'therapeut', 'therapist', 'therapeut', 'terapeuta', '{}'),
    (2, 'dietist', 'dietitian', 'diëtist', 'dietetyk', '{}'),
    (3, 'leefstijlcoach', 'lifestyle coach', 'leefstijlcoach', 'trener stylu życia', '{}'),
    (4, 'arts', 'doctor', 'arts', 'lekarz', '{}'),
    (5, 'onderzoeker', 'researcher', 'onderzoeker', 'badacz', '{}'),
    (6, 'student', 'student', 'student', 'student',
     '{"en": "Please show your student card.", "nl": "Laat je studentenpas zien.", "pl": "Prosimy o okazanie legitymacji studenckiej."}'),
    (7, 'anders', 'something else', 'iets anders', 'coś innego', '{}')
) AS known (position, key, en, nl, pl, notes)
WHERE EXISTS (SELECT FROM accounts_profile each
              WHERE each.organisation_id = organisation.id AND each.profession <> '')
   OR EXISTS (SELECT FROM registrations_registration each
              WHERE each.organisation_id = organisation.id AND each.profession <> '')
   OR EXISTS (SELECT FROM waiting_entry each
              WHERE each.organisation_id = organisation.id AND each.profession <> '')
   OR EXISTS (SELECT FROM events_eligibilityrule each
              WHERE each.organisation_id = organisation.id AND each.key = 'profession')
   OR EXISTS (SELECT FROM forms_question each
              WHERE each.organisation_id = organisation.id AND each.name = 'profession')
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    """Who used the fixed list of professions keeps it as a list of their own. A new organisation begins with none."""

    dependencies = [
        ("accounts", "0004_professions"),
        ("events", "0002_functions_and_triggers"),
        ("forms", "0005_kept_files"),
        ("registrations", "0007_for_whom"),
        ("waiting", "0004_for_whom"),
    ]

    operations = [migrations.RunSQL(PROFESSIONS, migrations.RunSQL.noop)]
