import { setTimeout as sleep } from 'node:timers/promises'
import { pieces, type Section, scaled } from '../harness/history.ts'
import { judge } from '../harness/judge/judge.ts'
import { judgeAtRest } from '../harness/judge/rest.ts'
import { wishSome } from '../harness/wishes.ts'

const IN_A_WORLD = 25
const BETWEEN_RESTS = 2

export const redis: Section = {
  name: 'redis',
  about: 'FLUSHALL while withdrawals are on their way',
  targets: { 'FLUSHALL of Redis': 50 },
  async histories(plan) {
    return pieces(scaled(50, plan), IN_A_WORLD).map((size, i) => ({
      name: `redis ${i}`,
      async run({ open, count, violation, chance, lane }) {
        if (!lane.redis) return violation(undefined, ['there is no redis-server on the PATH'])
        const world = await open()
        await world.start()
        await world.begun()
        for (let nth = 1; nth <= size; nth++) {
          await wishSome(world, chance.whole(1, 2))
          await sleep(chance.whole(0, 1_500))
          const answer = await lane.redis.command('FLUSHALL')
          const found = answer.startsWith('+OK') ? await judge(world) : [`FLUSHALL: ${answer}`]
          count('FLUSHALL of Redis')
          if (nth % BETWEEN_RESTS === 0 || nth === size) found.push(...(await judgeAtRest(world)))
          if (found.length > 0)
            return violation(
              world,
              found.map((one) => `FLUSHALL ${nth}: ${one}`),
            )
        }
      },
    }))
  },
}
