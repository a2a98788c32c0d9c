import { NANO_PER_WHOLE } from '@rivulet/ledger'
import type { LikesTable } from './likes.ts'
import type { ViewsRow } from './views.ts'

/** Nano as the tables write it: two places, rounded away from zero, so that no gain and no loss is written as none. */
export function written(nano: bigint): string {
  const size = nano < 0n ? -nano : nano
  const cents = (size * 100n + NANO_PER_WHOLE - 1n) / NANO_PER_WHOLE
  const whole = (cents / 100n).toString().replace(/\B(?=(\d{3})+$)/g, ',')
  const text = `${whole}.${(cents % 100n).toString().padStart(2, '0')}`
  return nano === 0n ? '0' : nano < 0n ? `−${text}` : `+${text}`
}

const table = (head: string[], rows: string[][]) =>
  [head, ['---', ...head.slice(1).map(() => '---:')], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')

const counted = (n: number) => n.toString().replace(/\B(?=(\d{3})+$)/g, ',')

/** What a ring gains by likes, as a Markdown table. */
export function likesTable({ columns, rows }: LikesTable): string {
  const head = columns.map(({ ring, own }) => `${counted(ring)} with ${own === 0n ? 'nothing' : '1.00 each'}`)
  return table(
    ['rule', ...head],
    rows.map(({ rule, profits }) => [rule, ...profits.map(written)]),
  )
}

/** What a ring takes from sponsors a day, as a Markdown table. */
export function viewsTable(rings: readonly number[], rows: readonly ViewsRow[]): string {
  const head = [
    ...rings.map((ring) => `${counted(ring)}, first day`),
    ...rings.map((ring) => `${counted(ring)}, from day 4`),
  ]
  return table(
    ['guards', ...head],
    rows.map(({ guards, firstDay, later }) => [guards, ...[...firstDay, ...later].map(written)]),
  )
}
