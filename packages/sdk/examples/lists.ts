import { createClient } from '@rivulet/sdk'

const reader = createClient({ url: process.env.RIVULET_URL ?? 'http://127.0.0.1:3000' })
for await (const post of reader.pages('/v1/feeds/latest', { query: { limit: 100 } })) {
  console.log(post.author.handle ?? post.author.address, post.text)
  if (post.counts.comments === 0) continue
  for await (const comment of reader.pages('/v1/posts/{id}/comments', { path: { id: post.id } }))
    console.log('  ', comment.text)
}
