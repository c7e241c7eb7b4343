/** What was given does not verify; the sentence says where. */
export class NotVerified extends Error {}

/** What was given cannot be judged: it cannot be read, or is no such thing. */
export class NotReadable extends Error {}
