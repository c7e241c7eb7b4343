-- Groups of simulated phones. People are named by their numbers; their LIDs follow from those.
CREATE TABLE sandbox.groups (
  tenant_id uuid NOT NULL,
  id text NOT NULL CHECK (id ~ '^[0-9]{18}$'),
  owner text NOT NULL,
  subject text NOT NULL,
  subject_by text NOT NULL,
  subject_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
  description text,
  description_id text,
  description_by text,
  description_at timestamptz(3),
  -- only admins write
  announce boolean NOT NULL DEFAULT false,
  -- only admins change subject, description and the like
  locked boolean NOT NULL DEFAULT false,
  members_add boolean NOT NULL DEFAULT true,
  -- who joins by the invite code waits for an admin
  approval boolean NOT NULL DEFAULT false,
  -- seconds after which messages disappear; 0: they stay
  ephemeral integer NOT NULL DEFAULT 0,
  invite_code text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, invite_code)
) WITH (fillfactor = 80);
CALL tenure_isolate('sandbox.groups');
GRANT SELECT, INSERT, DELETE, UPDATE (subject, subject_by, subject_at, description, description_id, description_by, description_at, announce, locked,
  members_add, approval, ephemeral, invite_code) ON sandbox.groups TO tenure_app;

-- Who is in a group, and who asked to be.
CREATE TABLE sandbox.group_members (
  tenant_id uuid NOT NULL,
  group_id text NOT NULL,
  number text NOT NULL,
  role text NOT NULL CHECK (role IN ('asking', 'member', 'admin', 'superadmin')),
  since timestamptz(3) NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
  PRIMARY KEY (tenant_id, group_id, number),
  FOREIGN KEY (tenant_id, group_id) REFERENCES sandbox.groups ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, number) REFERENCES sandbox.phones
);
CREATE INDEX sandbox_group_members_number ON sandbox.group_members (tenant_id, number);
CALL tenure_isolate('sandbox.group_members');
GRANT SELECT, INSERT, DELETE, UPDATE (role, since) ON sandbox.group_members TO tenure_app;

-- How far each recipient's receipts went, by JID: in a group there are several.
ALTER TABLE sandbox.messages ADD COLUMN receipts jsonb NOT NULL DEFAULT '{}';
GRANT UPDATE (receipts) ON sandbox.messages TO tenure_app;
