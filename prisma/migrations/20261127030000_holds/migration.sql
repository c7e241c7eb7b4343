-- A hold covers what is of its environment: a test key neither places one on live instances nor releases one.
ALTER TABLE active_holds ADD COLUMN environment text NOT NULL DEFAULT 'live' CHECK (environment IN ('live', 'test'));
ALTER TABLE active_holds ALTER COLUMN environment DROP DEFAULT;
DROP POLICY tenant ON active_holds;
DROP POLICY platform ON active_holds;
CALL tenure_isolate_environments('active_holds');

-- What was held, by whom, and who let it go.
CREATE TABLE hold_history (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  environment text NOT NULL CHECK (environment IN ('live', 'test')),
  scope text NOT NULL CHECK (scope IN ('instance', 'selector', 'tenant')),
  instance_id uuid,
  selector jsonb,
  reason text NOT NULL,
  placed_at timestamptz(3) NOT NULL,
  placed_by jsonb NOT NULL,
  released_at timestamptz(3) NOT NULL,
  released_by jsonb NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX hold_history_released ON hold_history (tenant_id, released_at);
CALL tenure_isolate_environments('hold_history');
GRANT SELECT, INSERT ON hold_history TO tenure_app;

-- The operator's, over every instance of every tenant. Few, and never deleted.
CREATE TABLE platform_holds (
  id uuid PRIMARY KEY,
  reason text NOT NULL,
  placed_at timestamptz(3) NOT NULL,
  placed_by uuid NOT NULL,
  released_at timestamptz(3),
  released_by uuid
);
CREATE INDEX platform_holds_released ON platform_holds (released_at);
GRANT SELECT (id, placed_at, released_at) ON platform_holds TO tenure_app;
GRANT SELECT (id, reason, placed_at, placed_by, released_at, released_by), INSERT, UPDATE (released_at, released_by) ON platform_holds TO tenure_platform;

-- Since when the labels are what they are: who changes them may take an instance out of a hold.
ALTER TABLE instances ADD COLUMN labels_since timestamptz(3);
GRANT UPDATE (labels_since) ON instances TO tenure_app;

-- The sweep leaves removals alone while a platform hold is in force; an archive is none.
GRANT SELECT (next_action) ON retention_schedule TO tenure_platform;
