/** What this process does. Every process loads the same modules; the roles decide which of their parts run. */
export interface ProcessRoles {
  /** answers HTTP */
  api: boolean;
  /** holds sockets, runs subscriptions and sweeps */
  worker: boolean;
  /** simulates WhatsApp for test keys, and lets it be driven over HTTP; absent: no */
  sandbox?: boolean;
}
