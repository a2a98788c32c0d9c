import { type History, type Section, scaled } from '../harness/history.ts'
import { judgeHalted, untilHalted } from '../harness/judge/halted.ts'
import { judgeAtRest } from '../harness/judge/rest.ts'
import { strike } from '../harness/strike.ts'
import { wishSome } from '../harness/wishes.ts'
import type { World } from '../harness/world.ts'

/** Ends all use of the database, so that it can be copied. */
async function putDown(world: World): Promise<void> {
  await strike(world, 'worker')
  await strike(world, 'checker')
  world.wire.cut()
}

async function startAgain(world: World): Promise<void> {
  await world.start('checker')
  await world.start()
}

const historyOf = (i: number): History => ({
  name: `old snapshot ${i}`,
  quiet: true,
  async run({ open, count, violation, chance, lane }) {
    const world = await open()
    await world.start()
    await world.begun()
    // Some snapshots know of epochs, some of none; all know of withdrawals that are paid after them.
    if (i % 3 > 0) {
      await wishSome(world, 2)
      const first = await judgeAtRest(world)
      if (first.length > 0) return violation(world, first)
    }
    await putDown(world)
    await wishSome(world, chance.whole(1, 3))
    await world.closePools()
    const snapshot = await lane.database(world.database)
    world.openPools()
    await startAgain(world)
    const found = await judgeAtRest(world)
    for (let epoch = chance.whole(1, 2); epoch > 0 && found.length === 0; epoch--) {
      await wishSome(world, 2)
      found.push(...(await judgeAtRest(world)))
    }
    if (found.length > 0) return violation(world, found)

    await putDown(world)
    await world.replaceDatabase(snapshot)
    await startAgain(world)
    count('old snapshots restored')
    found.push(...(await untilHalted(world, 'settlement/', 'booking/')))
    violation(world, [...found, ...(await judgeHalted(world))])
  },
})

export const oldSnapshot: Section = {
  name: 'snapshots',
  about: 'the database is put back to a day before the last payments',
  targets: { 'old snapshots restored': 20 },
  histories: async (plan) => Array.from({ length: scaled(20, plan) }, (_, i) => historyOf(i)),
}
