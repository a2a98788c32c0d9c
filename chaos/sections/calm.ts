import { pieces, type Section, scaled } from '../harness/history.ts'
import { judgeAtRest } from '../harness/judge/rest.ts'
import { takeBack, wishSome } from '../harness/wishes.ts'

const IN_A_WORLD = 20

/** Nothing goes wrong: what is violated here needs no chaos. */
export const calm: Section = {
  name: 'calm',
  about: 'rounds in which nothing goes wrong',
  targets: { 'calm rounds': 20 },
  async histories(plan) {
    return pieces(scaled(20, plan), IN_A_WORLD).map((size, i) => ({
      name: `calm ${i}`,
      async run({ open, count, violation, chance }) {
        const world = await open()
        await world.start()
        await world.begun()
        for (let round = 1; round <= size; round++) {
          const [first] = await wishSome(world, chance.whole(1, 4))
          await world.chain.deposit(chance.one(world.members).address, BigInt(chance.whole(1_000, 90_000)))
          if (first && chance.next() < 0.3) await takeBack(world, first)
          const found = await judgeAtRest(world)
          count('calm rounds')
          if (found.length > 0) return violation(world, found)
        }
      },
    }))
  },
}
