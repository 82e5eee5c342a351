-- `refunded` and `refunding` of a payment follow its refunds, whoever writes them: those that are done, and those that are
-- under way. What goes up with them never exceeds what is there: the cent too many is refused, whoever writes it. A bank
-- that takes back what was refunded before is a fact, and not refused: this looks at refunds that are made or go on.
-- `gifted` is what of `refunded` stayed here as a gift.
CREATE OR REPLACE FUNCTION payments_refunds_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    done numeric := CASE WHEN NEW.state = 'done' THEN NEW.amount ELSE 0 END;
    under_way numeric := CASE WHEN NEW.state IN ('asked', 'sending', 'pending') THEN NEW.amount ELSE 0 END;
    was_done numeric := CASE WHEN OLD.state = 'done' THEN OLD.amount ELSE 0 END;
    was_under_way numeric := CASE WHEN OLD.state IN ('asked', 'sending', 'pending') THEN OLD.amount ELSE 0 END;
    is_moved boolean := coalesce(OLD.payment_id <> NEW.payment_id, true);
    rest numeric;
BEGIN
    -- What is only handed over changes no sum, and waits for nobody who holds the payment.
    IF NOT is_moved AND done = was_done AND under_way = was_under_way THEN
        RETURN NULL;
    END IF;
    IF is_moved AND TG_OP <> 'INSERT' THEN
        UPDATE payments_payment SET refunded = refunded - was_done, refunding = refunding - was_under_way,
            gifted = gifted - CASE WHEN OLD.how = 'gift' THEN was_done ELSE 0 END
        WHERE organisation_id = OLD.organisation_id AND id = OLD.payment_id;
        was_done := 0;
        was_under_way := 0;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE payments_payment
        SET refunded = refunded + done - was_done, refunding = refunding + under_way - was_under_way,
            gifted = gifted + CASE WHEN NEW.how = 'gift' THEN done - was_done ELSE 0 END
        WHERE organisation_id = NEW.organisation_id AND id = NEW.payment_id
        RETURNING amount - refunded - refunding - charged_back INTO rest;
        IF done + under_way > was_done + was_under_way AND rest < 0 THEN
            RAISE check_violation USING CONSTRAINT = 'payment_gives_back_no_more_than_is_left',
                MESSAGE = format('payment %s: %s more than is left (payment_gives_back_no_more_than_is_left)',
                    NEW.payment_id, -rest);
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER refunds_add_up AFTER INSERT OR UPDATE OF amount, payment_id, state OR DELETE ON payments_refund
    FOR EACH ROW EXECUTE FUNCTION payments_refunds_add_up();
