import { pieces, type Section, scaled } from '../harness/history.ts'
import { judge } from '../harness/judge/judge.ts'
import { judgeAtRest } from '../harness/judge/rest.ts'
import { ANYBODY, revive, strike } from '../harness/strike.ts'
import { within } from '../harness/until.ts'
import { takeBack, wishSome } from '../harness/wishes.ts'

const IN_A_WORLD = 20
const BETWEEN_RESTS = 4
/** Twenty times what a quiet chain asks: what is on its way is replaced. */
const TWENTY_GWEI = 20_000_000_000n

/** Kills at the n-th message after the last start, n by chance: also in the middle of a recovery, and of reads. */
export const randomKills: Section = {
  name: 'random',
  about: 'SIGKILL at a message drawn by chance, also while it recovers',
  targets: { 'random kills': 200 },
  async histories(plan) {
    return pieces(scaled(200, plan), IN_A_WORLD).map((size, i) => ({
      name: `random ${i}`,
      async run({ open, count, violation, chance }) {
        const world = await open({ queue: i % 5 < 4 ? 'redis' : 'postgres', replaceAfterSeconds: 1 })
        await world.start()
        await world.begun()
        for (let nth = 1; nth <= size; nth++) {
          const victim = chance.next() < 0.55 ? 'worker' : chance.one(ANYBODY)
          let messages = chance.next() < 0.5 ? chance.whole(0, 60) : chance.whole(0, 400)
          const hit = world.monitor.arm(
            () => messages-- === 0,
            () => strike(world, victim),
          )
          if (chance.next() < 0.25) await world.chain.raiseFees(TWENTY_GWEI)
          const [wished] = await wishSome(world, chance.whole(1, 3))
          await world.chain.deposit(chance.one(world.members).address, BigInt(chance.whole(1_000, 90_000)))
          if (wished && chance.next() < 0.2) await takeBack(world, wished)
          if (!(await within(15_000, hit))) {
            world.monitor.disarm()
            await strike(world, victim)
          }
          if (victim === 'worker' && chance.next() < 0.8) await world.forgetQueue()
          await revive(world, victim)
          const found = await judge(world)
          if (nth % BETWEEN_RESTS === 0 || nth === size) found.push(...(await judgeAtRest(world)))
          count('random kills')
          if (found.length > 0)
            return violation(
              world,
              found.map((one) => `kill ${nth}, of ${victim}: ${one}`),
            )
        }
      },
    }))
  },
}
