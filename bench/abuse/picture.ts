import type { LikesTable } from './likes.ts'
import { written } from './tables.ts'

const LEFT = 190
const WIDTH = 760
const BAR = 14
const GROUP = 66
const TOP = 56
const TITLE =
  'What a ring without money gains by its likes among a thousand who bring 1.00 each (scale: powers of ten)'
const COLOURS = ['#9ecae1', '#4292c6', '#084594']

/** Where a profit of so much ends, on a scale of powers of ten from a hundredth on; 0 has no length. */
function lengthOf(nano: bigint, most: bigint): number {
  if (nano <= 0n) return 0
  const decades = (amount: bigint) => Math.log10(Math.max(Number(amount) / 1e7, 1))
  return Math.round(((WIDTH - LEFT - 90) * decades(nano)) / Math.max(decades(most), 1))
}

/** The profit of rings without money of their own, a group of bars for each rule, as a drawing. */
export function picture({ columns, rows }: LikesTable): string {
  const drawn = columns.flatMap(({ own }, i) => (own === 0n ? [i] : []))
  const most = rows
    .flatMap(({ profits }) => drawn.map((i) => profits[i]!))
    .reduce((a, b) => (a > b ? a : b), 0n)
  const height = TOP + rows.length * GROUP + 10
  const bars = rows.flatMap(({ rule, profits }, group) => {
    const y = TOP + group * GROUP
    return [
      `<text x="${LEFT - 10}" y="${y + 28}" text-anchor="end">${rule}</text>`,
      ...drawn.flatMap((column, n) => {
        const length = lengthOf(profits[column]!, most)
        const at = y + n * (BAR + 3)
        return [
          `<rect x="${LEFT}" y="${at}" width="${Math.max(length, 1)}" height="${BAR}" fill="${COLOURS[n % 3]}"/>`,
          `<text x="${LEFT + length + 6}" y="${at + 11}">${written(profits[column]!)}</text>`,
        ]
      }),
    ]
  })
  const key = drawn.flatMap((column, n) => [
    `<rect x="${LEFT + n * 130}" y="32" width="12" height="12" fill="${COLOURS[n % 3]}"/>`,
    `<text x="${LEFT + n * 130 + 17}" y="42">a ring of ${columns[column]!.ring}</text>`,
  ])
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>${TITLE}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="10" y="18" font-weight="bold">${TITLE}</text>`,
    ...key,
    ...bars,
    '</svg>',
    '',
  ].join('\n')
}
