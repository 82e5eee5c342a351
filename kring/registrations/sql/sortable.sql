-- Numbers up to 10^14, written so that they compare as text. `listing.sortable` in Python writes bounds the same way.
CREATE OR REPLACE FUNCTION registrations_sortable(number numeric) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_char(greatest(least(number, 99999999999999), -99999999999999) + 100000000000000,
                   'FM000000000000000.0000')
$$;
