import { parseArgs } from 'node:util'
import type { Section } from './harness/history.ts'

export type ChaosArguments = {
  seed: number
  scale: number
  sections: Section[]
  history: string
  point: string | undefined
  lanes: number
  minutes: number
  first: boolean
}

const USAGE =
  'SEED=7 npm run chaos:settlement -- [--only kills,reorgs] [--history TEXT] [--point TEXT] [--scale 0.05] [--lanes 2] [--minutes 75] [--first]'

/**
 * Reads the command line and SEED.
 * @throws Error that says how it is used
 */
export function readArguments(
  args: string[],
  env: { SEED?: string },
  all: readonly Section[],
): ChaosArguments {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      history: { type: 'string', default: '' },
      point: { type: 'string' },
      scale: { type: 'string', default: '1' },
      lanes: { type: 'string', default: '2' },
      minutes: { type: 'string', default: '75' },
      first: { type: 'boolean', default: false },
    },
  })
  const names = values.only?.split(',') ?? all.map(({ name }) => name)
  const unknown = names.filter((name) => !all.some((section) => section.name === name))
  if (unknown.length > 0)
    throw new Error(
      `--only ${unknown.join(',')}: there are ${all.map(({ name }) => name).join(', ')}. Usage: ${USAGE}`,
    )
  return {
    seed: numberFrom('SEED', env.SEED || String(Math.floor(Math.random() * 1_000_000)), 0, 2 ** 32 - 1, true),
    scale: numberFrom('--scale', values.scale, 0.001, 10, false),
    lanes: numberFrom('--lanes', values.lanes, 1, 8, true),
    minutes: numberFrom('--minutes', values.minutes, 0.1, 600, false),
    sections: all.filter(({ name }) => names.includes(name)),
    ...{ history: values.history, point: values.point, first: values.first },
  }
}

function numberFrom(name: string, text: string, least: number, most: number, whole: boolean): number {
  const value = Number(text)
  if (!(value >= least && value <= most) || (whole && !Number.isInteger(value)))
    throw new Error(
      `${name} ${text}: a ${whole ? 'whole ' : ''}number from ${least} to ${most}. Usage: ${USAGE}`,
    )
  return value
}
