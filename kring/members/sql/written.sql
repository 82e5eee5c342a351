-- What a member is sorted and found by, and when the row was changed. A Dutch prefix does not count in the order. Phone
-- numbers are found by their digits too, however they are written; members by the numbers of rows merged into theirs.
CREATE OR REPLACE FUNCTION members_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.sorting := left(core_normal(concat_ws(' ', NEW.last_name, coalesce(nullif(NEW.call_name, ''), NEW.first_name),
        NEW.name_prefix)), 200);
    NEW.words := ' ' || core_normal(concat_ws(' ', NEW.number, nullif(NEW.former_numbers, ''), NEW.first_name, nullif(NEW.call_name, ''),
        nullif(NEW.name_prefix, ''), NEW.last_name, nullif(NEW.email, ''), nullif(NEW.other_email, ''),
        nullif(regexp_replace(NEW.phone, '\D', '', 'g'), ''), nullif(regexp_replace(NEW.other_phone, '\D', '', 'g'), ''),
        nullif(NEW.street, ''), nullif(NEW.house_number, ''), nullif(replace(NEW.postal_code, ' ', ''), ''),
        nullif(NEW.city, '')));
    IF TG_OP = 'UPDATE' THEN
        NEW.updated_at := statement_timestamp();
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER member_is_written BEFORE INSERT OR UPDATE ON members_member FOR EACH ROW
    EXECUTE FUNCTION members_written();
