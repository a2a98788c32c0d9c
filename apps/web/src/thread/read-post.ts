import { ok } from '@rivulet/sdk'
import { withVia } from '../acts/with-via.ts'
import { api } from '../api/client.ts'
import { nameOf } from '../members/name.tsx'
import { network } from '../network/network.ts'
import type { Post } from '../posts/post.ts'

/**
 * Tells that a post was read, and answers what that paid, in words; nothing where it paid nothing.
 * Nobody asked for it, so nobody is told that it failed.
 */
export async function readPost(post: Post, dwellMs: number): Promise<string> {
  try {
    const { credited } = await withVia(post.via?.repostId, async (query) => {
      const params = { path: { id: post.id }, query }
      return ok(await api.POST('/v1/posts/{id}/reads', { params, body: { dwellMs } }))
    })
    if (credited === '0') return ''
    return `You read this: ${credited} ${network.value?.asset.symbol} from your budget to ${nameOf(post.author)}.`
  } catch {
    return ''
  }
}
