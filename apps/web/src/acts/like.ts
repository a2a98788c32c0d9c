import { ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { viaOf } from '../posts/post.ts'
import type { Act } from './act-button.tsx'

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
    const params = { path: { id: post.id }, query: viaOf(post) }
    const done = ok(await (isOn ? api.PUT : api.DELETE)('/v1/posts/{id}/like', { params }))
    return { ...done, isOn: done.liked, count: done.likes }
  },
}
