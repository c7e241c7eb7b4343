-- The storm watch counts the first of these, of one tenant: what it costs follows from what was lost, not from how many are disconnected.
CREATE INDEX connections_connected ON connections (tenant_id) WHERE settled_state = 'connected';
