/** Somebody's name in a text, after an @. */
export type Named = {
  /** A handle or an address, in lower case. */
  name: string
  /** Of the @, and of what follows the name: in characters (code points) from the beginning of the text. */
  start: number
  end: number
}

/**
 * An @ that no letter, digit or @ stands before (so that `me@example.com` names nobody), and behind it an address, or as much
 * as a handle may have and no more of it. Every quantifier is bounded, so a text costs by its length and no more.
 */
const MENTION = /(?<![\p{L}\p{N}@])@(0x[0-9a-f]{40}|[a-z0-9][a-z0-9_-]{2,29})(?![\p{L}\p{N}_-])/giu

/**
 * Finds who is named in a text, from its beginning to its end. Whether there is such a member is not known here. Pure.
 *
 * `_` and `-` at the end of a name are in it: no two handles differ by them alone, so whoever is looked up is the same.
 */
export function parseMentions(text: string): Named[] {
  const found: Named[] = []
  let units = 0
  let characters = 0
  for (const match of text.matchAll(MENTION)) {
    characters += lengthOf(text.slice(units, match.index))
    units = match.index
    const start = characters
    // Of ASCII throughout, so units are characters.
    found.push({ name: match[1]!.toLowerCase(), start, end: start + match[0].length })
  }
  return found
}

function lengthOf(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}
