import { Wallet } from 'ethers'
import { acts } from '../moderators.ts'
import { keyBody } from '../signing.ts'
import { type Cast, herPost, herself, nothing, type Prepare } from './cast.ts'

const herRevised: Prepare = async ({ post }) => ({
  params: { id: (await post({ kind: 'article', title: 'Bread', text: 'Rye.' })).id, revision: '1' },
})

/** An action that alice may appeal against, as it concerns a post of hers. */
async function herRemoval({ post, people }: Cast): Promise<string> {
  const taken = await acts(
    people.admin,
    'remove_post',
    { postId: (await post()).id },
    {},
    crypto.randomUUID(),
  )
  if (taken.status !== 201) throw new Error(JSON.stringify(taken.body))
  return taken.body.id
}

const herWebhook = async ({ has, ads }: Cast) => {
  // There are only so many.
  await ads.query('delete from webhooks')
  return { params: { id: (await has('POST', '/v1/webhooks', { url: 'https://hooks.example.com/in' })).id } }
}

/** How the calls of words, people and what is told are made. */
export const SOCIAL_CALLS: Record<string, Prepare> = {
  getPosts: async ({ post }) => ({ query: { ids: (await post()).id } }),
  getMembers: ({ alice }) => ({ query: { ids: alice.id } }),
  revisePost: async (cast, asker) => ({ ...(await herRevised(cast, asker)), body: { text: 'Wheat.' } }),
  getThread: herPost,
  listRevisions: herRevised,
  getRevision: herRevised,
  listLikes: herPost,
  listReposts: herPost,
  listQuotes: herPost,
  listTrending: nothing,
  listTag: () => ({ params: { tag: 'bread' } }),
  search: () => ({ query: { q: 'bread' } }),
  getLog: herself,
  addPostingKey: async ({ alice }) => ({ body: await keyBody(alice, Wallet.createRandom() as never) }),
  listPostingKeys: nothing,
  async revokePostingKey({ alice, has }) {
    const body = await keyBody(alice, Wallet.createRandom() as never)
    return { params: { id: (await has('POST', '/v1/me/posting-keys', body)).id } }
  },
  exportMe: nothing,
  importArchive: nothing,
  quoteDeletion: nothing,
  // Of a wallet's signature nobody has: what it takes is in deletion.test.ts.
  deleteMe: () => ({ body: { nonce: '00'.repeat(16), deadline: '1', signature: '0x00' } }),
  countUnreadNotifications: nothing,
  getNotificationPreferences: nothing,
  setNotificationPreferences: () => ({ body: { kinds: {} } }),
  createReport: async ({ post }) => ({ body: { postId: (await post()).id, reason: 'spam' } }),
  listReports: nothing,
  listReported: nothing,
  takeAction: async ({ post }) => ({
    body: { subject: { type: 'post', id: (await post()).id }, kind: 'remove_post', reason: 'spam' },
  }),
  createAppeal: async (cast) => ({ body: { actionId: await herRemoval(cast), text: 'It is bread.' } }),
  listAppeals: nothing,
  listOpenAppeals: nothing,
  async decideAppeal(cast) {
    const appeal = await cast.has('POST', '/v1/appeals', { actionId: await herRemoval(cast), text: 'Bread.' })
    return { params: { id: appeal.id }, body: { decision: 'uphold', reason: 'it is spam' } }
  },
  listAuditLog: nothing,
  listSecurityLog: nothing,
  createWebhook: async ({ ads }) => {
    await ads.query('delete from webhooks')
    return { body: { url: 'https://hooks.example.com/in' } }
  },
  listWebhooks: nothing,
  getWebhook: herWebhook,
  changeWebhook: async (cast) => ({ ...(await herWebhook(cast)), body: { enabled: false } }),
  deleteWebhook: herWebhook,
  rotateWebhookSecret: async (cast) => ({ ...(await herWebhook(cast)), body: {} }),
  listWebhookDeliveries: herWebhook,
  testWebhook: herWebhook,
  async redeliverWebhook(cast) {
    const { params } = await herWebhook(cast)
    await cast.has('POST', `/v1/webhooks/${params.id}/test`)
    await cast.ads.query(`update webhook_deliveries set status = 'failed'`)
    const { rows } = await cast.ads.query('select id from webhook_deliveries order by id desc limit 1')
    return { params: { ...params, deliveryId: rows[0].id } }
  },
  createStreamTicket: nothing,
}
