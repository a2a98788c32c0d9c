import type { World } from './world.ts'

/** The halt of a voided epoch, which a person clears. */
export const VOIDED = 'settlement/epoch voided'

const AT = ['eth_estimateGas activate', 'eth_sendRawTransaction activate'] as const

/**
 * Has the guardian veto the next epoch that is to be activated: as the worker asks whether it could, or between its
 * bytes and the chain. The worker is told nothing but what the chain says.
 */
export function vetoNext(world: World, done = () => {}): void {
  const at = world.chance.one(AT)
  let isDone = false
  world.meant.add(VOIDED)
  world.proxy.inject(async ({ label }) => {
    if (isDone || label !== at) return false
    isDone = true
    await world.chain.veto()
    world.proxy.inject(undefined)
    done()
    return false
  })
}

/** Somebody looks and clears the halt, where one was meant to come. @returns whether one stood */
export async function clearVoided({ pools, meant }: World): Promise<boolean> {
  if (!meant.has(VOIDED)) return false
  const { rows } = await pools.admin.query(
    `update halts set cleared_at = now() where cleared_at is null and scope || '/' || reason = $1 returning id`,
    [VOIDED],
  )
  return rows.length > 0
}
