import { setTimeout as sleep } from 'node:timers/promises'
import { type History, type Plan, pieces, type Section, scaled } from '../harness/history.ts'
import { judgeHalted, untilHalted } from '../harness/judge/halted.ts'
import { judge } from '../harness/judge/judge.ts'
import { judgeAtRest } from '../harness/judge/rest.ts'
import { AFTERWARDS, reorganise } from '../harness/reorg.ts'
import { wishSome } from '../harness/wishes.ts'
import type { World } from '../harness/world.ts'

const DEEPEST = 8
/** Blocks until one is final: more than the deepest reorganisation. */
const FINALITY = DEEPEST + 2
const IN_A_WORLD = 25
const BETWEEN_RESTS = 5

const beforeFinality = (plan: Plan): History[] =>
  pieces(scaled(200, plan), IN_A_WORLD).map((size, i) => ({
    name: `reorgs ${i}`,
    quiet: true,
    async run({ open, count, violation, chance }) {
      const world = await open({ finalityDepth: FINALITY })
      await world.start()
      await world.begun()
      for (let nth = 1; nth <= size; nth++) {
        await wishSome(world, chance.whole(0, 2))
        if (chance.next() < 0.6)
          await world.chain.deposit(chance.one(world.members).address, BigInt(chance.whole(1_000, 90_000)))
        await sleep(chance.whole(0, 900))
        const depth = 1 + ((nth + i) % DEEPEST)
        const afterwards = chance.one(AFTERWARDS)
        const raws = await reorganise(world.chain, depth, afterwards)
        count('reorgs below finality')
        count('transactions in vanished blocks', raws.length)
        const found = await judge(world)
        await world.chain.remindDeposits()
        if (nth % BETWEEN_RESTS === 0 || nth === size) {
          await sleep(800)
          await world.chain.remindDeposits()
          found.push(...(await judgeAtRest(world)))
        }
        if (found.length > 0)
          return violation(
            world,
            found.map((one) => `reorg ${nth}, ${depth} deep, ${afterwards}: ${one}`),
          )
      }
    },
  }))

/** So deep that the last booked block vanishes, and some before it: how far behind the head it is depends on the hour. */
async function depthPast({ chain, pools }: World, more: number): Promise<number> {
  const { rows } = await pools.admin.query<{ at: bigint }>('select block_number as at from chain_cursor')
  return (await chain.head()) - Number(rows[0]?.at) + more
}

const pastFinality = (plan: Plan): History[] =>
  Array.from({ length: scaled(5, plan) }, (_, i) => ({
    name: `reorg past finality ${i}`,
    quiet: true,
    async run({ open, count, violation, chance }) {
      const world = await open({ finalityDepth: 3 })
      await world.start()
      await world.begun()
      await wishSome(world, 2)
      const before = await judgeAtRest(world)
      if (before.length > 0) return violation(world, before)
      await wishSome(world, 2)
      await sleep(chance.whole(0, 1_500))
      await reorganise(world.chain, await depthPast(world, chance.whole(1, 4)), 'lost')
      const found = await untilHalted(world, 'booking/reorg past finality')
      count('reorgs past finality')
      if (found.length === 0) found.push(...(await judgeHalted(world)))
      violation(world, found)
    },
  }))

export const reorgs: Section = {
  name: 'reorgs',
  about: 'blocks vanish, with what was in them: below finality it goes on, past it everything halts',
  targets: { 'reorgs below finality': 200, 'reorgs past finality': 5 },
  histories: async (plan) => [...beforeFinality(plan), ...pastFinality(plan)],
}
