-- The phones that a tenant had made in bulk: numbers that follow each other, and whether they scan every QR code that is shown to them.
CREATE TABLE sandbox.loads (
  tenant_id uuid PRIMARY KEY,
  first_number text NOT NULL CHECK (first_number ~ '^[1-9][0-9]{6,14}$'),
  phones integer NOT NULL CHECK (phones BETWEEN 1 AND 10000),
  auto_scan boolean NOT NULL
);
CALL tenure_isolate('sandbox.loads');
GRANT SELECT, INSERT, UPDATE (first_number, phones, auto_scan) ON sandbox.loads TO tenure_app;
