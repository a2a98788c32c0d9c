import type { Result } from '../harness/report.ts'
import { floorOf } from './floor.ts'
import type { Found } from './measure.ts'

/** DESIGN §8: at most so much gas. */
export const ceilings = { existing: 8_700, fresh: 25_800, commitActivate: 130_000 }

/** The last line. `figures` are gas: the first two for each recipient, the third one the dearest of the epochs. */
export function resultOf({ ways, epochs }: Found): Result {
  const vault = ways['vault batch']
  const figures = {
    existing: Math.round(vault.existing),
    fresh: Math.round(vault.fresh),
    commitActivate: Math.max(...epochs.map(({ commit, activate }) => commit + activate)),
  }
  const pass = Object.entries(ceilings).every(([key, most]) => figures[key as keyof typeof figures] <= most)
  const ratio = (of: { existing: number }) => Number((vault.existing / of.existing).toPrecision(4))
  const ratios = {
    existingVsNaive: ratio(ways['naive transfers']),
    existingVsMultiSend: ratio(ways['multi-send loop']),
    existingVsFloor: ratio(floorOf()),
  }
  return { bench: 'gas', rounds: 1, ratios, figures, pass }
}

/** The tables for people. */
export function tableOf(found: Found): string {
  const floor = floorOf()
  const whole = (value: number) => Math.round(value).toLocaleString('en-US').padStart(9)
  const rows = [...Object.entries(found.ways), ['floor, calculated', floor] as const].map(
    ([name, { existing, fresh }]) =>
      `${name.padEnd(20)}${whole(existing)} ${`${(existing / floor.existing).toFixed(3)} ×`.padStart(9)}` +
      `${whole(fresh)} ${`${(fresh / floor.fresh).toFixed(3)} ×`.padStart(9)}`,
  )
  const epochs = found.epochs.map(
    ({ accounts, commit, activate }) =>
      `${accounts.toLocaleString('en-US').padEnd(20)}${whole(commit)}${whole(activate)}${whole(commit + activate)}` +
      `${((commit + activate) / accounts).toFixed(3).padStart(12)}`,
  )
  return [
    `bench:gas, ${found.batch} recipients, a plain ERC-20; gas per recipient, and against the floor`,
    `${''.padEnd(20)}${'existing'.padStart(9)} ${''.padStart(9)}${'fresh'.padStart(9)}`,
    ...rows,
    '',
    'an epoch, from the third one on',
    `${'accounts'.padEnd(20)}${'commit'.padStart(9)}${'activate'.padStart(9)}${'both'.padStart(9)}${'an account'.padStart(12)}`,
    ...epochs,
    '',
    `at most: existing ${ceilings.existing}, fresh ${ceilings.fresh}, commit and activate ${ceilings.commitActivate}`,
  ].join('\n')
}
