import { ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import type { Act } from './act-button.tsx'
import { withVia } from './with-via.ts'

export const REPOST: Act = {
  label: 'Repost',
  signs: { on: '⟳', off: '⟳' },
  stateOf: ({ viewer, counts }) => ({ isOn: viewer?.reposted ?? false, count: counts.reposts }),
  withState: (post, reposted, reposts) => ({
    ...post,
    viewer: { liked: post.viewer?.liked ?? false, reposted },
    counts: { ...post.counts, reposts },
  }),
  async ask(post, isOn) {
    const done = await withVia(post.via?.repostId, async (query) => {
      const params = { path: { id: post.id }, query }
      return ok(await (isOn ? api.PUT : api.DELETE)('/v1/posts/{id}/repost', { params }))
    })
    return { ...done, isOn: done.reposted, count: done.reposts }
  },
}
