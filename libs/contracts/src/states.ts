/** What the tenant wants. `stopped` is healthy. Owner: instances. */
export const DESIRED_STATES = ['running', 'stopped'] as const;
export type DesiredState = (typeof DESIRED_STATES)[number];

/** What the session does. Owner: connections. */
export const CONNECTION_STATES = ['never_paired', 'pairing', 'connecting', 'connected', 'disconnected'] as const;
export type ConnectionState = (typeof CONNECTION_STATES)[number];

/** What a rule sees: attempts (`pairing`, `connecting`) do not count, the instance still is what it was before them. */
export const SETTLED_STATES = ['never_paired', 'connected', 'disconnected'] as const;
export type SettledState = (typeof SETTLED_STATES)[number];

/** Where the instance stands. Owner: instances; moved only by policy. `purged` is terminal. */
export const LIFECYCLES = ['active', 'archived', 'purge_scheduled', 'purged'] as const;
export type Lifecycle = (typeof LIFECYCLES)[number];

/** Why a session is disconnected: a closed set. */
export const REASONS = [
  'logged_out',
  'banned',
  'replaced',
  'connection_lost',
  'timed_out',
  'bad_session',
  'version_rejected',
  'user_stopped',
  'platform_stopped',
  'unknown',
] as const;
export type Reason = (typeof REASONS)[number];

/** `test` instances live in the sandbox; a key sees only those of its own environment. */
export const ENVIRONMENTS = ['live', 'test'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** What the next step of retention is; null when no rule asks for one. */
export const RETENTION_ACTIONS = ['archive', 'schedule_purge', 'purge'] as const;
export type RetentionAction = (typeof RETENTION_ACTIONS)[number];
