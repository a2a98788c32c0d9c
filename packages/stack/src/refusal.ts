/**
 * A start that cannot go on for a reason the person at the keyboard can do something about. The message says what is
 * the matter and what to do; it is meant to be printed without a stack.
 */
export class StartRefused extends Error {
  override name = 'StartRefused'
}
