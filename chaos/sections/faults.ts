import { setTimeout as sleep } from 'node:timers/promises'
import { type History, type Plan, pieces, type Section, scaled } from '../harness/history.ts'
import { judge } from '../harness/judge/judge.ts'
import { judgeAtRest } from '../harness/judge/rest.ts'
import { FAULTS, type FaultKind } from '../harness/rpc/faults.ts'
import { wishSome } from '../harness/wishes.ts'

const IN_A_WORLD = 50
const ROUND_MS = 3_000
const DEPOSITS = 3
/** To come to rest while what is done lasts: a send that is not answered takes five seconds, and is made again. */
const LASTING_MS = 150_000
/** As on chains outside: finality takes longer than a node needs to come to its senses. */
const FINALITY = 8

/** A round at a time: faults while withdrawals are on their way, then none, or what lasts, until everything is at rest. */
function historyOf({ name, make, lasting }: FaultKind, many: number, i: number): History {
  return {
    name: `faults ${name} ${i}`,
    quiet: true,
    async run({ open, count, violation, chance }) {
      const world = await open({ finalityDepth: FINALITY })
      await world.start()
      await world.begun()
      // The lane's first nonce is asked of the node once in its life, and believed.
      await wishSome(world, 1)
      violation(world, await judgeAtRest(world))
      let done = 0
      const fault = make(chance, () => done++, world.chain.rpcUrl)
      for (let round = 1; done < many && round <= 4 * many; round++) {
        world.proxy.inject((passage) => (done < many ? fault(passage) : Promise.resolve(false)))
        await wishSome(world, chance.whole(1, 3))
        // In one block, so that there is an answer with several logs to leave one out of.
        await world.chain.still(async () => {
          for (let left = DEPOSITS; left > 0; left--)
            await world.chain.deposit(chance.one(world.members).address, BigInt(chance.whole(1_000, 90_000)))
        })
        const found: string[] = []
        if (!lasting) {
          await sleep(ROUND_MS)
          found.push(...(await judge(world)))
          world.proxy.inject(undefined)
        }
        found.push(...(await judgeAtRest(world, lasting ? { patienceMs: LASTING_MS } : {})))
        if (found.length > 0)
          return violation(
            world,
            found.map((one) => `${name}, round ${round}: ${one}`),
          )
      }
      count(`fault: ${name}`, done)
      if (done < many) violation(world, [`${name}: ${done} of ${many}`])
    },
  }
}

const histories = (plan: Plan): History[] =>
  FAULTS.flatMap((kind) =>
    pieces(scaled(kind.full, plan), IN_A_WORLD).map((size, i) => historyOf(kind, size, i)),
  )

export const faults: Section = {
  name: 'faults',
  about: 'what networks and nodes do to a call',
  targets: Object.fromEntries(FAULTS.map(({ name, full }) => [`fault: ${name}`, full])),
  histories: async (plan) => histories(plan),
}
