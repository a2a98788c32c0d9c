import { createClient, ok } from '@rivulet/sdk'
import { Wallet } from 'ethers'

const alice = createClient({ url: process.env.RIVULET_URL ?? 'http://127.0.0.1:3000' })
const { member, exitSecret } = await alice.signIn(Wallet.createRandom())
console.log(member.address, exitSecret) // the secret opens your own leaf: with it you leave without the operator

const post = ok(await alice.POST('/v1/posts', { body: { kind: 'note', text: 'Hello, river.' } }))
console.log(post.id, post.counts.likes) // … 0
