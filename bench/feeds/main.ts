import { parseArgs } from 'node:util'
import type { Bench, Cell, Found } from '../harness/bench.ts'
import { runBench } from '../harness/run.ts'
import { audit, cellsOf, close, open, type Scene, seedBoth } from './reading.ts'
import type { Size } from './seed.ts'

/*
 * Reading feeds and searching over HTTP, from the shipped API, on a large network and on a small one.
 */

const { values, tokens } = parseArgs({
  strict: false,
  tokens: true,
  options: { posts: { type: 'string' }, likes: { type: 'string' }, members: { type: 'string' } },
})
const OWN = ['posts', 'likes', 'members'] as const
const quick = process.argv.includes('--quick')
const LARGE = quick
  ? { posts: 2_000, likes: 6_000, members: 300 }
  : { posts: 1_000_000, likes: 10_000_000, members: 100_000 }

const sizeOf = (name: (typeof OWN)[number]): number => {
  const size = Number(values[name] ?? LARGE[name])
  if (!Number.isInteger(size) || size < 300)
    throw new Error(`--${name} ${values[name]}: a whole number from 300`)
  return size
}
const large: Size = { posts: sizeOf('posts'), likes: sizeOf('likes'), members: sizeOf('members') }
/** A hundredth of the large one, and no less than what fills pages. */
const part = (size: number) => Math.max(300, Math.round(size / 100))
const small: Size = { posts: part(large.posts), likes: part(large.likes), members: part(large.members) }

/** What is left of the arguments without our own. */
const rest = process.argv
  .slice(2)
  .filter((_, index) =>
    tokens.every(
      (token) =>
        token.kind !== 'option' ||
        !OWN.some((name) => name === token.name) ||
        (token.index !== index && (token.inlineValue || token.index + 1 !== index)),
    ),
  )

const cells = cellsOf('large', large)
const smallCells = cellsOf('small', small)
const feeds = (all: Cell<Scene>[]) => all.filter(({ name }) => !name.includes('search'))

const worst = (found: Found, of: Cell<Scene>[]) =>
  Math.max(...of.map(({ name }) => found(name).latencyMs!.p99))

const bench: Bench<Scene> = {
  name: 'feeds',
  seconds: 3,
  ...{ open, audit, close },
  seed: (template) => seedBoth(template, large, small),
  // Large and small in turn: what a machine does meanwhile, it does to both.
  cells: cells.flatMap((cell, i) => [cell, smallCells[i]!]),
  ratios: [
    {
      key: 'p50LargeVsSmall',
      // The feed that grows the most.
      of: (found) =>
        Math.max(
          ...feeds(cells).map(
            ({ name }, i) => found(name).latencyMs!.p50 / found(feeds(smallCells)[i]!.name).latencyMs!.p50,
          ),
        ),
      target: { below: 1.5 },
    },
  ],
  figures: [
    { key: 'p99Ms', of: (found) => worst(found, feeds(cells)), target: { below: 25 } },
    {
      key: 'searchP99Ms',
      of: (found) =>
        worst(
          found,
          cells.filter((cell) => !feeds(cells).includes(cell)),
        ),
      target: { below: 100 },
    },
  ],
}

await runBench(bench, rest)
