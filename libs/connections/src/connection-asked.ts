/** Local, after a commit, may be lost: somebody asked for a connection or for another one. Wakes the session host. */
export const CONNECTION_ASKED = 'connection.asked';
