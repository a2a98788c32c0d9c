/** What one character of a handle can be taken for. */
const TAKEN_APART: Record<string, string> = {
  i: 'l',
  '1': 'l',
  '0': 'o',
  m: 'rn',
  w: 'vv',
  d: 'cl',
  '-': '_',
}

/**
 * What a handle looks like: two handles that can be confused have the same skeleton. The idea, and that letters are only
 * taken apart (`m` → `rn`) and never put together, are those of Unicode TR 39 §4; of its table only what a handle's
 * alphabet (a-z, 0-9, _ and -) can make: l, i, 1 · o, 0 · rn, m · vv, w · cl, d · _ and -, runs of them, and at the end.
 *
 * The database has the same rule, `handle_skeleton()`, and refuses any other skeleton.
 */
export function skeletonOf(handle: string): string {
  let skeleton = ''
  for (const character of handle) skeleton += TAKEN_APART[character] ?? character
  return skeleton.replace(/_+/g, '_').replace(/_$/, '')
}
