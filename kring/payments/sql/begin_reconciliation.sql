-- Each account with a provider is compared with what the provider says, from its first night on.
CREATE OR REPLACE FUNCTION payments_begin_reconciliation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO payments_reconciliation (organisation_id, account_id, due_at)
    VALUES (NEW.organisation_id, NEW.id, now() + interval '12 hours');
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER begin_reconciliation AFTER INSERT ON payments_provideraccount FOR EACH ROW
    EXECUTE FUNCTION payments_begin_reconciliation();
