import { setTimeout as sleep } from 'node:timers/promises'
import { pieces, type Section, scaled } from '../harness/history.ts'
import { judge } from '../harness/judge/judge.ts'
import { judgeAtRest } from '../harness/judge/rest.ts'
import { ANYBODY, revive, strike } from '../harness/strike.ts'
import { within } from '../harness/until.ts'
import { vetoNext } from '../harness/veto.ts'
import { takeBack, wish, wishSome } from '../harness/wishes.ts'

const IN_A_WORLD = 15
/** Longer than an epoch takes to be built: what is committed meanwhile was not judged. */
const LATE_MS = 2_500

/**
 * A committed epoch is vetoed, and somebody killed while it is discarded and built again. Sometimes the checker comes only
 * after the epoch was built, which must wait for it.
 */
export const vetoes: Section = {
  name: 'vetoes',
  about:
    'the guardian vetoes an epoch that is committed: what it took waits again, and is paid by the next attempt',
  targets: { 'vetoed epochs': 30 },
  async histories(plan) {
    return pieces(scaled(30, plan), IN_A_WORLD).map((size, i) => ({
      name: `vetoes ${i}`,
      async run({ open, count, violation, chance }) {
        const world = await open()
        await world.start()
        await world.begun()
        for (let nth = 1; nth <= size; nth++) {
          const vetoed = new Promise<void>((done) => vetoNext(world, done))
          const isLate = nth % 3 === 1
          if (isLate) await strike(world, 'checker')
          const [wished] = await wishSome(world, chance.whole(1, 3))
          await wish(world, chance.one(world.members), 5_000n, { lane: 'pull' })
          if (isLate) {
            await sleep(LATE_MS)
            await revive(world, 'checker')
            count('epochs built without a checker')
          }
          await vetoed
          count('vetoed epochs')
          const victim = chance.one(ANYBODY)
          let messages = chance.whole(0, 400)
          const hit = world.monitor.arm(
            () => messages-- === 0,
            () => strike(world, victim),
          )
          const resting = judgeAtRest(world)
          const struck = await within(4_000, Promise.race([hit, resting.then(() => undefined)]))
          world.monitor.disarm()
          if (struck) {
            if (victim === 'worker') await world.forgetQueue()
            await revive(world, victim)
            count('kills after a veto')
          }
          await resting
          if (wished && chance.next() < 0.3) await takeBack(world, wished)
          const found = [...(await judge(world)), ...(await judgeAtRest(world))]
          if (found.length > 0)
            return violation(
              world,
              found.map((one) => `veto ${nth}: ${one}`),
            )
        }
      },
    }))
  },
}
