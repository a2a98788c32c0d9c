import { createClient, ok, ProblemError } from '@rivulet/sdk'

const stranger = createClient({ url: process.env.RIVULET_URL ?? 'http://127.0.0.1:3000' })
const { error } = await stranger.GET('/v1/wallet')
console.log(error?.code) // unauthenticated

try {
  ok(await stranger.POST('/v1/posts', { body: { kind: 'note', text: 'Who am I?' } }))
} catch (refused) {
  if (!(refused instanceof ProblemError)) throw refused
  console.log(refused.status, refused.problem.detail) // 401 Sign in, and send the token as a Bearer token.
}
