import { nameOf } from '../members/name.tsx'
import { network } from '../network/network.ts'
import type { Post } from '../posts/post.ts'

/** What an act has moved, as the API answers it. */
export type Paid = { credited: string; unfunded: boolean }

/** Where the money of an act went, or why none did. */
export function saidOf({ credited, unfunded }: Paid, { author }: Pick<Post, 'author'>): string {
  if (unfunded)
    return 'Recorded, and it pays nothing now: your budget is empty. See a sponsored post, or set a pledge aside in your wallet.'
  if (credited === '0') return 'Recorded. Nobody earns from this one.'
  return `${credited} ${network.value?.asset.symbol} from you to ${nameOf(author)}.`
}
