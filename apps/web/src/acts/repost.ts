import { ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { viaOf } from '../posts/post.ts'
import type { Act } from './act-button.tsx'

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
    const params = { path: { id: post.id }, query: viaOf(post) }
    const done = ok(await (isOn ? api.PUT : api.DELETE)('/v1/posts/{id}/repost', { params }))
    return { ...done, isOn: done.reposted, count: done.reposts }
  },
}
