-- Of all who write rows of an order's registrations: first the registrations, in the order of their keys.
CREATE OR REPLACE FUNCTION registrations_of_order(ours bigint, its_order bigint) RETURNS bigint[]
LANGUAGE plpgsql AS $$
BEGIN
    RETURN ARRAY(
        SELECT r.id FROM billing_orderline l
        JOIN registrations_registration r ON r.organisation_id = ours AND r.line_id = l.id
        WHERE l.organisation_id = ours AND l.order_id = its_order ORDER BY r.id FOR NO KEY UPDATE OF r
    );
END $$;
