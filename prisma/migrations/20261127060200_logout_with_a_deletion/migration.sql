-- For the owner, as `unwanted` is: the session logs out of WhatsApp before it ends. It starts anew with each owner.
ALTER TABLE connections ADD COLUMN logout_requested boolean NOT NULL DEFAULT false;
GRANT UPDATE (logout_requested) ON connections TO tenure_app;
GRANT SELECT (logout_requested) ON connections TO tenure_platform;

-- Whether the device left the WhatsApp account with it: only where a person asked for that. What came of it is known when it is carried out.
ALTER TABLE purges ADD COLUMN logout text NOT NULL DEFAULT 'not_asked' CHECK (logout IN ('not_asked', 'asked', 'done', 'failed'));
GRANT UPDATE (logout) ON purges TO tenure_app;
