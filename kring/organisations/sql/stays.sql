-- What is written once (invoices, mandates, files for the bank, credit, forms that were answered) is refused its removal,
-- but goes with its organisation: once that is gone, or is being deleted a piece at a time. The one place that says so.
CREATE OR REPLACE FUNCTION organisations_stays(wanted bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM public.organisations_organisation WHERE id = wanted AND status <> 'deleting')
$$;
