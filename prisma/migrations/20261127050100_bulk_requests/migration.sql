-- What a person asked to be done to many instances, and confirmed or not. The token is kept as its hash; what would be refused is what was shown.
CREATE TABLE bulk_requests (
  tenant_id uuid NOT NULL REFERENCES tenants,
  id uuid NOT NULL,
  environment text NOT NULL CHECK (environment IN ('live', 'test')),
  action text NOT NULL CHECK (action IN ('archive', 'delete')),
  instances integer NOT NULL CHECK (instances > 0),
  would_refuse jsonb NOT NULL,
  requested_at timestamptz(3) NOT NULL,
  requested_by jsonb NOT NULL,
  key_id uuid NOT NULL,
  token_hash bytea NOT NULL,
  -- of the real clock: a token is no deadline of a rule
  token_until timestamptz(3) NOT NULL,
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'running', 'stopped', 'finished')),
  ended_at timestamptz(3),
  PRIMARY KEY (tenant_id, id),
  CHECK ((status IN ('stopped', 'finished')) = (ended_at IS NOT NULL))
) WITH (fillfactor = 80);
CREATE INDEX bulk_requests_running ON bulk_requests (id) WHERE status = 'running';
CALL tenure_isolate_environments('bulk_requests');
GRANT SELECT, INSERT, UPDATE (status, ended_at) ON bulk_requests TO tenure_app;
GRANT SELECT (tenant_id, id, status) ON bulk_requests TO tenure_platform;

-- Exactly the instances it is about, each in the version that was there when it was asked for.
CREATE TABLE bulk_request_members (
  tenant_id uuid NOT NULL,
  request_id uuid NOT NULL,
  instance_id uuid NOT NULL,
  version integer NOT NULL,
  outcome text CHECK (outcome IN ('done', 'refused')),
  -- why it was refused: the first thing that stood in the way, or the code of the answer that the instance alone would have had
  reason text,
  -- the removal that was scheduled
  purge_id uuid,
  PRIMARY KEY (tenant_id, request_id, instance_id),
  FOREIGN KEY (tenant_id, request_id) REFERENCES bulk_requests,
  FOREIGN KEY (tenant_id, purge_id) REFERENCES purges,
  CHECK ((outcome IS NOT DISTINCT FROM 'refused') = (reason IS NOT NULL))
) WITH (fillfactor = 80);
CREATE INDEX bulk_request_members_left ON bulk_request_members (tenant_id, request_id, instance_id) WHERE outcome IS NULL;
CALL tenure_isolate('bulk_request_members');
GRANT SELECT, INSERT, UPDATE (outcome, reason, purge_id) ON bulk_request_members TO tenure_app;
