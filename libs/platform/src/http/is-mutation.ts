const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request may change something. */
export const isMutation = (method: string): boolean => !READING.has(method);
