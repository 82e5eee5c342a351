-- What a provider has booked stays as it was said. Fee and payout come later, and so may the payment that it is about.
CREATE OR REPLACE FUNCTION payments_entries_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What a provider has booked is written once.' USING ERRCODE = 'check_violation';
END $$;

CREATE OR REPLACE TRIGGER entries_stay BEFORE UPDATE ON payments_providerentry FOR EACH ROW
    WHEN ((OLD.kind, OLD.provider_id, OLD.at, OLD.amount, OLD.currency, OLD.paid, OLD.paid_currency)
        IS DISTINCT FROM
        (NEW.kind, NEW.provider_id, NEW.at, NEW.amount, NEW.currency, NEW.paid, NEW.paid_currency)
        OR (OLD.fee IS NOT NULL AND NEW.fee IS DISTINCT FROM OLD.fee))
    EXECUTE FUNCTION payments_entries_stay();
