/** What was positioned is not there to be sealed: somebody took it away. Nothing of the tenant is sealed until it is back. */
export class SealingFault extends Error {
  override readonly name = 'SealingFault';
}
