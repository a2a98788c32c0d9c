import type { World } from './world.ts'

/** Who is killed at every point. */
export const VICTIMS = ['worker', 'signer', 'postgres'] as const
/** Who is killed at moments drawn by chance. */
export const ANYBODY = [...VICTIMS, 'checker'] as const
export type Victim = (typeof ANYBODY)[number]

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
