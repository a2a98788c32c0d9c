import type { World } from './world.ts'

/** Who can be killed. */
export const VICTIMS = ['worker', 'postgres'] as const
export type Victim = (typeof VICTIMS)[number]

/** SIGKILL; returns when it is gone. */
export async function strike(world: World, victim: Victim): Promise<void> {
  if (victim === 'postgres') return world.lane.killPostgres()
  await world.kill(victim)
}

/** Starts again what was killed. */
export async function revive(world: World, victim: Victim): Promise<void> {
  if (victim === 'postgres') return world.lane.startPostgres()
  await world.start(victim)
}
