import { fork } from 'node:child_process'
import { once } from 'node:events'

/** What the generator is told. */
export interface Load {
  port: number
  connections: number
  /** How long it measures. */
  seconds: number
  /** How long it is warmed up before, as a multiple of that. */
  warmup: number
  /** With `:id` where the post's id goes. */
  path: string
  /** Signed-in members, who take turns. */
  members: number
  /** The posts of each pass over all members, drawn by a power law: nobody likes a post twice. */
  passes: string[][]
}

export interface LoadResult {
  /** Milliseconds of each answer within the measured time. */
  latencies: number[]
  /** Answers by status, those of the warm-up and the last ones too. */
  statuses: Record<number, number>
}

/** Runs a load from a process of its own. @throws Error when it ends without a result */
export async function runLoad(load: Load): Promise<LoadResult> {
  const child = fork(new URL('./generator-main.ts', import.meta.url))
  child.send(load)
  const [result] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the load generator ended with code ${code}`)
    }),
  ])
  return result as LoadResult
}
