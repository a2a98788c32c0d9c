import { newNonce, signInMessage } from '../people.ts'
import { type Cast, herPost, herself, nothing, type Prepare, type Request } from './cast.ts'
import { SOCIAL_CALLS } from './social-calls.ts'

const herArticle: Prepare = async ({ post }) => ({
  params: { id: (await post({ kind: 'article', title: 'Bread', price: '0.25' })).id },
})
const AD = { title: 'Bread', body: 'Fresh.', url: 'https://bread.example', budget: '1', pricePerView: '0.01' }
const herCampaign = async ({ has }: Cast) => ({ params: { id: (await has('POST', '/v1/campaigns', AD)).id } })
const herKey = async ({ has, ads }: Cast) => {
  // There are only so many.
  await ads.query(`update api_keys set revoked_at = now() where name = 'one of hers' and revoked_at is null`)
  const { id } = await has('POST', '/v1/keys', { name: 'one of hers', scopes: ['read'] })
  return { params: { id } }
}
const herSubscription: Prepare = async ({ has, bob, ads }) => {
  // One at a time to the same member.
  await ads.query(
    `update subscriptions set status = 'cancelled', cancelled_at = now() where status <> 'cancelled'`,
  )
  const made = await has('POST', '/v1/subscriptions', { memberId: bob.id, amount: '1', interval: 'month' })
  return { params: { id: made.id } }
}
const herWithdrawal: Prepare = async ({ has }) => ({
  params: { id: (await has('POST', '/v1/wallet/withdrawals', { amount: '1' })).id },
})

const views = new Map<string, Promise<Request>>()

/** A view of hers, the same for all who ask: a member has one open token, and it may be returned again. */
const herView: Prepare = ({ alice, bob, people, ads }) => {
  const show = async (): Promise<Request> => {
    const { id } = await people.admin.writes('a poem')
    await bob.post('/v1/campaigns', AD, { 'idempotency-key': crypto.randomUUID() })
    await ads.mayBePaid(alice)
    await ads.serve(alice, id)
    const ad = await alice.get(`/v1/ads/next?postId=${id}`)
    if (ad.status !== 200) throw new Error(`no ad: ${ad.status}`)
    await ads.pass(alice, 1_500)
    return { body: { token: ad.body.token, visibleMs: 1_200 } }
  }
  const shown = views.get(alice.id) ?? show()
  views.set(alice.id, shown)
  return shown
}

/** The period that runs: a day, unless configured. */
const today = () => String(Math.floor(Date.now() / 86_400_000))

/** How each call of the API is made, by its operationId: of what is alice's where it names anything. */
export const CALLS: Record<string, Prepare> = {
  ...SOCIAL_CALLS,
  getLiveness: nothing,
  getReadiness: nothing,
  getNetwork: nothing,
  getRules: nothing,
  listRules: nothing,
  getRulesVersion: () => ({ params: { version: '1' } }),
  createNonce: nothing,
  async signIn({ app, alice }) {
    const message = signInMessage(alice.address, await newNonce(app))
    return { body: { message, signature: await alice.wallet.signMessage(message) } }
  },
  signOut: nothing,
  listSessions: nothing,
  revokeOtherSessions: nothing,
  revokeSession: async ({ alice }) => ({
    params: { id: (await alice.get('/v1/me/sessions')).body.data[0].id },
  }),
  createKey: () => ({ body: { name: 'a bot', scopes: ['read'] } }),
  listKeys: nothing,
  rotateKey: async (cast) => ({ ...(await herKey(cast)), body: {} }),
  revokeKey: herKey,
  getMe: nothing,
  changeMe: () => ({ body: { displayName: 'A name' } }),
  getExitSecret: nothing,
  getMember: herself,
  followMember: herself,
  unfollowMember: herself,
  listFollowers: herself,
  listFollowing: herself,
  blockMember: herself,
  unblockMember: herself,
  listBlocks: nothing,
  muteMember: herself,
  unmuteMember: herself,
  listMutes: nothing,
  giveSplitConsent: herself,
  withdrawSplitConsent: herself,
  publishPost: async ({ post }) => ({
    body: { kind: 'note', text: 'an answer', replyTo: (await post()).id },
  }),
  getPost: herPost,
  deletePost: herPost,
  listComments: herPost,
  listLatest: nothing,
  listHome: nothing,
  listMemberPosts: herself,
  likePost: herPost,
  unlikePost: herPost,
  repostPost: herPost,
  undoRepost: herPost,
  readPost: async ({ post }) => ({ params: { id: (await post()).id }, body: { dwellMs: 6_000 } }),
  bookmarkPost: herPost,
  unbookmarkPost: herPost,
  listBookmarks: nothing,
  listPostTips: herPost,
  listMemberTips: herself,
  createTip: ({ alice }) => ({ body: { memberId: alice.id, amount: '1' } }),
  createCampaign: () => ({ body: AD }),
  listCampaigns: nothing,
  getCampaign: herCampaign,
  getCampaignReport: herCampaign,
  closeCampaign: herCampaign,
  disputeCampaignDay: async (cast) => ({
    ...(await herCampaign(cast)),
    body: { day: '2026-01-31', reason: 'nobody was there' },
  }),
  nextAd: async ({ post }) => ({ query: { postId: (await post()).id } }),
  recordImpression: herView,
  listSubscriptions: nothing,
  createSubscription: ({ alice }) => ({ body: { memberId: alice.id, amount: '1', interval: 'month' } }),
  getSubscription: herSubscription,
  cancelSubscription: herSubscription,
  listCharges: herSubscription,
  resumeSubscription: herSubscription,
  unlockPost: herArticle,
  getPostText: herArticle,
  listEntries: nothing,
  getEarnings: () => ({ query: { bucket: 'day', from: '2026-01-01T00:00:00Z', to: '2026-01-31T00:00:00Z' } }),
  listDeposits: nothing,
  getWallet: nothing,
  pledge: () => ({ body: { amount: '1' } }),
  unpledge: nothing,
  getDepositInstructions: nothing,
  requestGrant: nothing,
  listReceipts: () => ({ query: { side: 'receiver', period: today() } }),
  // Of a like of bob's, whom it concerns as well.
  async getReceipt({ bob, post }) {
    const { id } = await post()
    // The call that takes a pledge back has been made by then.
    await bob.post('/v1/wallet/pledge', { amount: '1' }, { 'idempotency-key': crypto.randomUUID() })
    await bob.put(`/v1/posts/${id}/like`)
    const { data } = (await bob.get(`/v1/wallet/receipts?side=payer&limit=100&period=${today()}`)).body
    return { params: { id: data.find((one: { postId: string }) => one.postId === id).id } }
  },
  getAutoWithdrawal: nothing,
  orderAutoWithdrawal: () => ({ body: { threshold: '100000', rest: '1' } }),
  endAutoWithdrawal: nothing,
  quoteWithdrawal: ({ bob }) => ({ body: { amount: '1', to: bob.address } }),
  requestWithdrawal: () => ({ body: { amount: '1' } }),
  listWithdrawals: nothing,
  getWithdrawal: herWithdrawal,
  cancelWithdrawal: herWithdrawal,
  listNotifications: nothing,
  readNotifications: ({ alice }) => ({ body: { until: alice.id } }),
  getTransparency: nothing,
  listEpochs: nothing,
  getEpoch: () => ({ params: { n: '1' } }),
  getLeafFile: () => ({ params: { n: '1' } }),
  getOwnProof: () => ({ params: { n: '1' } }),
}
