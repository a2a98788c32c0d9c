import { ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import type { Act } from './act-button.tsx'
import { withVia } from './with-via.ts'

export const LIKE: Act = {
  label: 'Like',
  signs: { on: '♥', off: '♡' },
  stateOf: ({ viewer, counts }) => ({ isOn: viewer?.liked ?? false, count: counts.likes }),
  withState: (post, liked, likes) => ({
    ...post,
    viewer: { reposted: post.viewer?.reposted ?? false, liked },
    counts: { ...post.counts, likes },
  }),
  async ask(post, isOn) {
    const done = await withVia(post.via?.repostId, async (query) => {
      const params = { path: { id: post.id }, query }
      return ok(await (isOn ? api.PUT : api.DELETE)('/v1/posts/{id}/like', { params }))
    })
    return { ...done, isOn: done.liked, count: done.likes }
  },
}
