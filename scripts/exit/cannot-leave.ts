/** Why somebody cannot leave now, in plain words. Code 1: the file or the chain; code 2: how the command was used. */
export class CannotLeave extends Error {
  readonly code: 1 | 2

  constructor(message: string, code: 1 | 2 = 1) {
    super(message)
    this.code = code
  }
}
