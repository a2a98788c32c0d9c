import { type Section, scaled } from '../harness/history.ts'
import { judge } from '../harness/judge/judge.ts'
import { judgeAtRest } from '../harness/judge/rest.ts'
import { wishSome } from '../harness/wishes.ts'

const MEMBERS = 40
const WITHDRAWALS = 500
const AT_ONCE = 50

export const manyWorkers: Section = {
  name: 'workers',
  about: '2, 4 and 8 workers on the same withdrawals',
  targets: Object.fromEntries([2, 4, 8].map((many) => [`withdrawals by ${many} workers`, WITHDRAWALS])),
  async histories(plan) {
    return [2, 4, 8].map((many) => ({
      name: `${many} workers`,
      async run({ open, count, violation, chance }) {
        const wanted = scaled(WITHDRAWALS, plan)
        const world = await open({
          members: Math.min(MEMBERS, wanted),
          queue: chance.one(['redis', 'postgres']),
        })
        for (let i = 0; i < many; i++) await world.start()
        await world.begun()
        for (let made = 0; made < wanted; made += AT_ONCE) {
          await wishSome(world, Math.min(AT_ONCE, wanted - made))
          const found = await judge(world)
          if (found.length > 0) return violation(world, found)
        }
        violation(world, await judgeAtRest(world, { patienceMs: 90_000 }))
        count(`withdrawals by ${many} workers`, world.wishes.size)
      },
    }))
  },
}
