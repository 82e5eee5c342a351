-- The day on which a guardian's rights end by themselves; 28 February for those born on the 29th, as in the rule of age.
CREATE OR REPLACE FUNCTION members_of_age(born date) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (born + interval '18 years')::date
$$;
