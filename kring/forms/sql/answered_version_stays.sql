-- What somebody has answered stays as it was asked, whoever writes to the tables (F3). An organisation that is
-- deleted takes all of its own along, answers and questions in whichever order.
CREATE OR REPLACE FUNCTION forms_answered_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked bigint;
BEGIN
    IF TG_TABLE_NAME = 'forms_question' THEN
        asked := CASE TG_OP WHEN 'INSERT' THEN NEW.version_id ELSE OLD.version_id END;
    ELSIF TG_OP = 'INSERT' THEN
        SELECT version_id INTO asked FROM forms_question
         WHERE organisation_id = NEW.organisation_id AND id = NEW.question_id;
    ELSE
        SELECT version_id INTO asked FROM forms_question
         WHERE organisation_id = OLD.organisation_id AND id = OLD.question_id;
    END IF;
    IF EXISTS (SELECT FROM forms_submission
                WHERE organisation_id = COALESCE(NEW.organisation_id, OLD.organisation_id) AND version_id = asked)
       AND organisations_stays(COALESCE(NEW.organisation_id, OLD.organisation_id)) THEN
        RAISE EXCEPTION 'version % has been answered: a change makes the next one', asked
              USING ERRCODE = 'restrict_violation', CONSTRAINT = 'answered_version_stays';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER answered_version_stays AFTER INSERT OR UPDATE OR DELETE ON forms_choice
    FOR EACH ROW EXECUTE FUNCTION forms_answered_version_stays();
CREATE OR REPLACE TRIGGER answered_version_stays AFTER INSERT OR UPDATE OR DELETE ON forms_question
    FOR EACH ROW EXECUTE FUNCTION forms_answered_version_stays();
