import { createClient, ok } from '@rivulet/sdk'
import { Wallet } from 'ethers'

const bob = createClient({ url: process.env.RIVULET_URL ?? 'http://127.0.0.1:3000' })
await bob.signIn(new Wallet(process.env.RIVULET_KEY ?? Wallet.createRandom().privateKey))

const [newest] = ok(await bob.GET('/v1/feeds/latest')).data
if (newest) {
  const like = ok(await bob.PUT('/v1/posts/{id}/like', { params: { path: { id: newest.id } } }))
  console.log(like.credited, like.unfunded) // 0.0005 false, when bob has a budget or a pledge

  const { data: tip, error } = await bob.POST('/v1/tips', {
    body: { postId: newest.id, amount: '0.25', message: 'for the river' },
    params: { header: { 'idempotency-key': `tip for ${newest.id}` } },
  })
  console.log(tip?.net ?? error?.code) // 0.24375, or insufficient_funds
}
