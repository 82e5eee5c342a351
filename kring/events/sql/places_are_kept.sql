-- Whether the free places of a pool are for those who wait. Of the places of the whole event as many stay free as the
-- attractions people wait for could still give: only then has a freed one come to them.
CREATE OR REPLACE FUNCTION events_places_are_kept(of_organisation bigint, of_pool bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM events_attraction a WHERE a.organisation_id = of_organisation AND a.pool_id = of_pool AND a.is_kept
    ) OR EXISTS (
        SELECT FROM events_event e
        JOIN places_pool ep ON ep.organisation_id = e.organisation_id AND ep.id = e.pool_id
        JOIN events_attraction a ON a.organisation_id = e.organisation_id AND a.event_id = e.id AND a.is_kept
        JOIN places_pool ap ON ap.organisation_id = a.organisation_id AND ap.id = a.pool_id
        WHERE e.organisation_id = of_organisation AND e.pool_id = of_pool
        GROUP BY ep.capacity, ep.taken
        HAVING ep.capacity - ep.taken < coalesce(
            CASE WHEN bool_or(ap.capacity IS NULL) THEN 2147483647 ELSE sum(ap.capacity - ap.taken) END, 0)
    );
$$;
