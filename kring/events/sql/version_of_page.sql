-- Asked for by every visit of an event's page (`events.freshness`). In a function, for PL/pgSQL keeps the plan of its
-- query: planning it anew costs eight times what answering it does. It has to be told to: where tables are small,
-- PostgreSQL takes planning for the cheaper. `xmin` is another one for each new version of a row; a hold that ends by the
-- clock changes no row, so it is counted. While a pool has plenty of places left, one taken is no reason to make the page
-- anew. Of the last ones each counts; of places without a limit none does.
CREATE OR REPLACE FUNCTION events_version_of_page(of_organisation bigint, of_slug text, at timestamptz) RETURNS text
LANGUAGE plpgsql STABLE
SET enable_seqscan = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    RETURN (
        SELECT concat_ws(' ', e.xmin, o.xmin,
            CASE WHEN ep.capacity - ep.taken > 50 THEN 'plenty'
                 WHEN ep.capacity IS NULL THEN 'no limit' ELSE ep.xmin::text END, (
            SELECT string_agg(concat_ws(',', a.xmin,
                CASE WHEN ap.capacity - ap.taken > 50 THEN 'plenty'
                     WHEN ap.capacity IS NULL THEN 'no limit' ELSE ap.xmin::text END, t.xmin,
                CASE WHEN tp.capacity - tp.taken > 50 THEN 'plenty'
                     WHEN tp.capacity IS NULL THEN 'no limit' ELSE tp.xmin::text END
            ), ' ' ORDER BY a.id, t.id)
            FROM events_attraction a
            JOIN places_pool ap ON ap.organisation_id = a.organisation_id AND ap.id = a.pool_id
            LEFT JOIN events_tickettype t ON t.organisation_id = a.organisation_id AND t.attraction_id = a.id
            LEFT JOIN places_pool tp ON tp.organisation_id = t.organisation_id AND tp.id = t.pool_id
            WHERE a.organisation_id = e.organisation_id AND a.event_id = e.id
        ), (
            SELECT count(*) FROM places_hold h
            WHERE h.organisation_id = e.organisation_id AND h.released_at IS NULL AND h.expires_at <= at
        ))
        FROM events_event e
        JOIN events_organiser o ON o.organisation_id = e.organisation_id AND o.id = e.organiser_id
        LEFT JOIN places_pool ep ON ep.organisation_id = e.organisation_id AND ep.id = e.pool_id
        WHERE e.organisation_id = of_organisation AND e.slug = of_slug AND e.state NOT IN ('new', 'pending')
    );
END $$;
