-- What an order costs less comes off its last parts; what it costs more goes onto the last one, or, where that is due
-- within two weeks, is a part of its own. So what was paid stays paid, for that is always the first of it.
CREATE OR REPLACE FUNCTION billing_instalments_follow_the_total() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    soon date := current_date + 14;
    last billing_instalment;
BEGIN
    IF NEW.total < OLD.total THEN
        UPDATE billing_instalment part
        SET amount = greatest(least(part.amount, NEW.total - before.amount), 0)
        FROM (
            SELECT id, sum(amount) OVER (ORDER BY position) - amount AS amount FROM billing_instalment
            WHERE organisation_id = NEW.organisation_id AND order_id = NEW.id
        ) before
        WHERE part.organisation_id = NEW.organisation_id AND part.id = before.id
            AND part.amount > NEW.total - before.amount;
        RETURN NULL;
    END IF;
    SELECT * INTO last FROM billing_instalment
    WHERE organisation_id = NEW.organisation_id AND order_id = NEW.id ORDER BY position DESC LIMIT 1;
    IF last.due_on >= soon THEN
        UPDATE billing_instalment SET amount = amount + NEW.total - OLD.total
        WHERE organisation_id = NEW.organisation_id AND id = last.id;
    ELSE
        INSERT INTO billing_instalment (organisation_id, order_id, position, amount, due_on)
        VALUES (NEW.organisation_id, NEW.id, last.position + 1, NEW.total - OLD.total, soon);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER instalments_follow_the_total AFTER UPDATE OF total ON billing_order
    FOR EACH ROW WHEN (NEW.is_in_instalments AND NEW.total <> OLD.total)
    EXECUTE FUNCTION billing_instalments_follow_the_total();
