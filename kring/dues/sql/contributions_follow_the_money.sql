-- What has come in for an order, what is under way and what was given back are shared out over its contributions, in
-- the order of its lines, whoever writes it. A line costs what is owed by now; the contribution says what it was.
--
-- What was given back of an order that stands completed is owed no more, and is the last of it. An order that waits for
-- money waits for all that is not there, whatever went back. A dispute that is open counts as under way: nobody is
-- reminded of it. Nothing is owed of what was waived or withdrawn, nor of a line that was cancelled, nor of an order
-- that is over or was completed by hand; of one that is complete, what a bank has taken back.
CREATE OR REPLACE FUNCTION dues_contributions_follow_the_money() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    organisation bigint;
    changed bigint[];
    made bigint[];
    lines bigint[];
    failed boolean := false;
    why text := '';
BEGIN
    IF TG_TABLE_NAME = 'dues_contribution' AND TG_OP = 'INSERT' THEN
        SELECT min(organisation_id), array_agg(DISTINCT order_id), array_agg(line_id) INTO organisation, made, lines
        FROM inserted WHERE order_id IS NOT NULL;
        SELECT array_agg(unlike.id) INTO changed FROM (
            SELECT order_id FROM inserted
            WHERE order_id IS NOT NULL AND (state, still_owed, received, pending, refunded, failed_at, waived_at, withdrawn_at)
                IS DISTINCT FROM ('open', amount, 0, 0, 0, NULL, NULL, NULL)
            UNION
            (SELECT order_id FROM inserted WHERE order_id IS NOT NULL
                EXCEPT SELECT id FROM billing_order
                WHERE organisation_id = organisation AND id = ANY(made) AND state = 'awaiting' AND retained = 0)
            UNION
            SELECT order_id FROM payments_payment WHERE organisation_id = organisation AND order_id = ANY(made)
            UNION
            SELECT order_id FROM (SELECT order_id, line_id, amount FROM inserted WHERE order_id IS NOT NULL
                EXCEPT SELECT order_id, id, amount FROM billing_orderline
                WHERE organisation_id = organisation AND id = ANY(lines) AND cancelled_at IS NULL) costs_another_sum
        ) unlike (id);
    ELSIF TG_TABLE_NAME = 'payments_payment' AND TG_OP = 'INSERT' THEN
        SELECT min(p.organisation_id), array_agg(DISTINCT o.id) INTO organisation, changed
        FROM inserted p JOIN billing_order o ON o.organisation_id = p.organisation_id AND o.id = p.order_id
        WHERE o.is_of_dues;
    ELSIF TG_TABLE_NAME = 'dues_contribution' THEN
        organisation := NEW.organisation_id;
        changed := ARRAY[NEW.order_id, OLD.order_id];
    ELSIF TG_TABLE_NAME = 'billing_order' THEN
        organisation := NEW.organisation_id;
        changed := ARRAY[NEW.id];
    ELSIF TG_TABLE_NAME = 'billing_orderline' THEN
        organisation := NEW.organisation_id;
        changed := ARRAY[NEW.order_id];
    ELSE
        organisation := NEW.organisation_id;
        IF TG_TABLE_NAME = 'payments_dispute' THEN
            failed := true;
            why := NEW.reason;
            SELECT ARRAY[order_id] INTO changed FROM payments_payment
            WHERE organisation_id = organisation AND id = NEW.payment_id;
        ELSE
            changed := ARRAY[NEW.order_id];
            failed := NEW.state = 'failed' AND OLD.state <> 'failed';
            why := NEW.failure_reason;
        END IF;
        PERFORM FROM billing_order WHERE organisation_id = organisation AND id = changed[1] AND is_of_dues;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
    END IF;
    IF changed IS NULL THEN
        RETURN NULL;
    END IF;
    WITH money AS (
        SELECT o.id, o.state,
            greatest(coalesce(sum(p.amount - p.refunded - p.refunding - p.charged_back)
                FILTER (WHERE p.state = 'paid'), 0) - o.retained, 0) AS net,
            coalesce(sum(p.refunded + p.refunding), 0) AS back,
            coalesce(sum(p.charged_back), 0) AS charged,
            coalesce(sum(p.amount) FILTER (WHERE p.state = 'pending'
                AND (p.method = 'direct_debit' OR p.provider_data ->> 'progress' = 'under_way')), 0)
            + coalesce(sum(CASE WHEN p.charged_back > 0 THEN (
                SELECT sum(d.amount) FROM payments_dispute d
                WHERE d.organisation_id = organisation AND d.payment_id = p.id AND d.state = 'open'
            ) END), 0) AS under_way
        FROM billing_order o
        LEFT JOIN payments_payment p ON p.organisation_id = organisation AND p.order_id = o.id
        WHERE o.organisation_id = organisation AND o.id = ANY(changed)
        GROUP BY o.id, o.state, o.retained
    ), part AS (
        SELECT c.id, m.net, m.back, m.under_way, m.charged, m.state IN ('paid', 'undecided') AS is_complete,
            c.waived_at IS NOT NULL AS is_waived, c.received AS had, c.failed_at, c.failure, w.stands,
            w.owed, sum(w.owed) OVER lines AS upto, sum(w.owed) OVER (PARTITION BY m.id) AS total
        FROM money m
        JOIN dues_contribution c ON c.organisation_id = organisation AND c.order_id = m.id
        JOIN billing_orderline l ON l.organisation_id = organisation AND l.id = c.line_id
        CROSS JOIN LATERAL (
            SELECT l.cancelled_at IS NULL AND c.withdrawn_at IS NULL AND m.state NOT IN ('expired', 'cancelled')
        ) s (stands)
        CROSS JOIN LATERAL (SELECT s.stands, CASE WHEN s.stands THEN l.amount ELSE 0 END) w (stands, owed)
        WINDOW lines AS (PARTITION BY m.id ORDER BY l.position)
    ), came AS (
        SELECT part.*,
            least(owed, greatest(net - (upto - owed), 0)) AS received,
            least(owed, greatest(net + under_way - (upto - owed), 0)) AS covered,
            CASE WHEN is_complete THEN least(back, greatest(total - net, 0)) ELSE 0 END AS given_back
        FROM part
    ), went AS (
        SELECT came.*,
            least(owed - received, greatest(given_back - (total - upto), 0)) AS refunded
        FROM came
    ), found AS (
        SELECT went.*,
            CASE
                WHEN is_waived OR (is_complete AND charged = 0) THEN 0
                ELSE owed - received - refunded
            END AS still_owed
        FROM went
    ), result AS (
        SELECT id, received, refunded, still_owed, stands, back, is_waived,
            least(covered - received, still_owed) AS pending,
            CASE
                WHEN still_owed = 0 OR received > had THEN NULL
                WHEN failed THEN now()
                ELSE failed_at
            END AS failed_at,
            CASE
                WHEN still_owed = 0 OR received > had THEN ''
                WHEN failed THEN why
                ELSE failure
            END AS failure
        FROM found
    ), stated AS (
        SELECT result.*, CASE
            WHEN is_waived THEN 'waived'
            WHEN NOT stands THEN CASE WHEN back > 0 THEN 'refunded' ELSE 'withdrawn' END
            WHEN still_owed = 0 THEN CASE WHEN refunded > 0 AND received = 0 THEN 'refunded' ELSE 'paid' END
            WHEN pending > 0 THEN 'pending'
            WHEN failed_at IS NOT NULL THEN 'failed'
            WHEN received > 0 THEN 'part_paid'
            ELSE 'open'
        END AS state
        FROM result
    )
    UPDATE dues_contribution c
    SET received = n.received, pending = n.pending, refunded = n.refunded, still_owed = n.still_owed,
        failed_at = n.failed_at, failure = n.failure, state = n.state
    FROM stated n
    WHERE c.organisation_id = organisation AND c.id = n.id
        AND (c.received, c.pending, c.refunded, c.still_owed, c.failed_at, c.failure, c.state)
            IS DISTINCT FROM (n.received, n.pending, n.refunded, n.still_owed, n.failed_at, n.failure, n.state);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER contributions_made AFTER INSERT ON dues_contribution
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION dues_contributions_follow_the_money();
CREATE OR REPLACE TRIGGER contribution_changed AFTER UPDATE OF order_id, line_id, waived_at, withdrawn_at
    ON dues_contribution
    FOR EACH ROW WHEN (NEW.order_id IS NOT NULL) EXECUTE FUNCTION dues_contributions_follow_the_money();
CREATE OR REPLACE TRIGGER money_for_contributions AFTER INSERT ON payments_payment
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION dues_contributions_follow_the_money();
CREATE OR REPLACE TRIGGER money_of_contributions
    AFTER UPDATE OF state, amount, refunded, refunding, charged_back, provider_data ON payments_payment
    FOR EACH ROW EXECUTE FUNCTION dues_contributions_follow_the_money();
CREATE OR REPLACE TRIGGER lost_for_contributions AFTER INSERT OR UPDATE OF state ON payments_dispute
    FOR EACH ROW WHEN (NEW.state = 'lost') EXECUTE FUNCTION dues_contributions_follow_the_money();
CREATE OR REPLACE TRIGGER lines_of_contributions AFTER UPDATE OF amount, cancelled_at ON billing_orderline
    FOR EACH ROW WHEN (NEW.kind = 'contribution') EXECUTE FUNCTION dues_contributions_follow_the_money();
CREATE OR REPLACE TRIGGER orders_of_contributions AFTER UPDATE OF state, retained ON billing_order
    FOR EACH ROW WHEN (NEW.is_of_dues AND (NEW.state, NEW.retained) IS DISTINCT FROM (OLD.state, OLD.retained))
    EXECUTE FUNCTION dues_contributions_follow_the_money();
