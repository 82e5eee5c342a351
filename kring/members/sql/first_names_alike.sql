-- Whether two first names, with the names they are called by, may be one person's: the same, sounding alike, nearly the
-- same, or an initial of the other. All four as `core_normal` writes them.
CREATE OR REPLACE FUNCTION members_first_names_alike(one text, one_called text, other text, other_called text)
    RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT one = other OR (one_called <> '' AND one_called IN (other, other_called)) OR other_called = one
        OR (public.dmetaphone(one) <> '' AND public.dmetaphone(one) = public.dmetaphone(other))
        OR public.similarity(one, other) >= 0.5
        OR (length(rtrim(one, '.')) = 1 AND left(other, 1) = left(one, 1))
        OR (length(rtrim(other, '.')) = 1 AND left(one, 1) = left(other, 1))
$$;
