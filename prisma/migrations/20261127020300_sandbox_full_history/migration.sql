-- Whether a device asked for all of the past when it was linked, not only for what is recent.
ALTER TABLE sandbox.devices ADD COLUMN full_history boolean NOT NULL DEFAULT false;
