import type { TenantTx } from '#libs/platform';

/** What a stanza changes: committed together with taking it out of the queue. Its last step may be to post something. */
export type Effect = (tx: TenantTx) => Promise<void>;
