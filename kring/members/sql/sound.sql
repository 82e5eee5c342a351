-- How a name sounds (Double Metaphone): Jansen and Janssen, Visser and Fisser. What has no sound in it is taken as written.
CREATE OR REPLACE FUNCTION members_sound(name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(nullif(public.dmetaphone(core_normal(name)), ''), core_normal(name))
$$;
