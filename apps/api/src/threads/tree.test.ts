import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ReplyId } from './store.ts'
import { shownOf } from './tree.ts'

/** Posts with up to five comments each, three levels deep, as a store finds them. */
const found = fc.array(fc.nat(5), { minLength: 1, maxLength: 60 }).map((sizes) => {
  const rows: ReplyId[] = []
  let parents = ['post']
  for (let level = 1; level <= 3; level++) {
    const next: string[] = []
    for (const parent of parents)
      for (let n = 1; n <= (sizes[rows.length % sizes.length] ?? 0); n++) {
        rows.push({ id: `${parent}.${n}`, parent, level, n })
        if (n <= 2) next.push(`${parent}.${n}`)
      }
    parents = next
  }
  return rows
})

test('what is shown hangs together, is no more than may be, and nothing is left out without a word', () => {
  fc.assert(
    fc.property(found, fc.nat(40), (rows, max) => {
      const shown = shownOf(rows, () => 2, max)
      const ids = [...shown.values()].flatMap((on) => on.ids)
      expect(ids.length).toBe(Math.min(max, rows.filter((row) => row.n <= 2).length))
      for (const row of rows) {
        if (ids.includes(row.id)) expect(row.parent === 'post' || ids.includes(row.parent)).toBe(true)
        else expect(shown.get(row.parent)?.more).toBe(true)
      }
    }),
  )
})
