/** A note, a checkpoint or a public key that is none, or is not signed by whoever it should be. Its message is a sentence for a person. */
export class NoteError extends Error {
  override readonly name = 'NoteError';
}
