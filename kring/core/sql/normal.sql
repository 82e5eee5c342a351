-- As words are compared: in small letters, without accents, in one line. The dictionary is named: whoever calls may
-- have any search path. Not STRICT: then the planner writes it out in place, at a twentieth of the price of a call.
CREATE OR REPLACE FUNCTION core_normal(words text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT lower(public.unaccent('public.unaccent'::regdictionary, translate(btrim(words), E'\n\r\t', '   ')))
$$;
