/** Local, may be lost: somebody waits for a checkpoint. */
export const CHECKPOINT_WANTED = 'audit.checkpoint-wanted';
