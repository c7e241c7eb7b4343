-- A certificate of destruction is found by its number: the entries that carry it are two of an instance, and no others are in this index.
CREATE INDEX journal_certificates ON journal (tenant_id, (data->>'certificateId')) WHERE type IN ('instance.purged', 'instance.erased');
