import { type Gas, openScene, recipients } from './scene.ts'
import { treeOf } from './trees.ts'

/** Gas per recipient. */
export interface PerRecipient {
  fresh: number
  existing: number
}

/** Everything that was measured. */
export interface Found {
  batch: number
  ways: Record<'naive transfers' | 'multi-send loop' | 'vault batch', PerRecipient>
  epochs: { accounts: number; commit: Gas; activate: Gas }[]
}

/** How large a batch is, how many are paid one by one, and trees of how many accounts are committed. */
export interface Sizes {
  batch: number
  naive: number
  accounts: number[]
}

const FULL: Sizes = { batch: 500, naive: 500, accounts: [1_000, 100_000, 1_000_000] }

/**
 * Pays the same people three ways, each way others of its own: first when they have no tokens, then again. The commits
 * come after two epochs, when both of the vault's places for an epoch have been used.
 */
export async function measure({ batch, naive, accounts }: Sizes = FULL): Promise<Found> {
  const trees = accounts.map((count) => ({ count, tree: treeOf(count) }))
  const scene = await openScene()
  try {
    const perRecipient = async (
      pay: (payouts: ReturnType<typeof recipients>) => Promise<Gas>,
      group: string,
      count = batch,
    ) => {
      const people = recipients(count, group)
      const fresh = (await pay(people)) / count
      return { fresh, existing: (await pay(people)) / count }
    }
    const ways = {
      'naive transfers': await perRecipient(scene.naive, 'naive', naive),
      'multi-send loop': await perRecipient(scene.multiSend, 'multi'),
      'vault batch': await perRecipient(scene.vault, 'vault'), // two epochs
    }
    const epochs: Found['epochs'] = []
    for (const { count, tree } of trees) {
      // With batches, as an epoch that pays has: its root is one more word that is not zero.
      const paid = await scene.settle(tree, [recipients(2, `epoch ${count}`)])
      epochs.push({ accounts: count, ...paid })
    }
    return { batch, ways, epochs }
  } finally {
    await scene.close()
  }
}
