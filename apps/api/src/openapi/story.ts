import type { Story } from './example.ts'
import {
  ALICE,
  AT,
  BOB,
  CAROL,
  HASH,
  ID,
  KEY,
  LATER,
  POST,
  REPLY,
  SIGNATURE,
  TOKEN,
  TX,
  VAULT,
} from './people.ts'
import { WHOLE } from './whole.ts'

/*
 * What stands in the examples: alice has written of rivers, bob likes it and tips her half a dollar, carol is a sponsor and
 * a moderator, and what was earned is settled. Fees, rates and limits are the defaults.
 */

const NEVER = [null] as const
const NONE = [[]] as const
/** Of half a dollar, less the fee of 2.5 %. */
const PART = { memberId: ALICE.id, amount: '0.4875' }

const PEOPLE: Story['fields'] = {
  ...{ address: [ALICE.address], handle: [ALICE.handle], displayName: [ALICE.displayName] },
  ...{ bio: ['I write about rivers.'], followers: [12], following: [7], memberId: [BOB.id], actor: [BOB] },
  ...{ 'Author.id': [ALICE.id], 'Member.id': [ALICE.id], actorId: [CAROL.id], takenBy: [CAROL.id] },
  ...{ account: [ALICE.address, 'pending'], member: [ALICE.address], by: [BOB], from: [BOB, 'everybody'] },
  ...{ decidedBy: [BOB.id], reporterId: [BOB.id], 'ReportedSubject.memberId': [ALICE.id] },
  ...{ 'ModerationAction.memberId': [ALICE.id], 'TakenAction.memberId': [ALICE.id] },
}

const WORDS: Story['fields'] = {
  ...{ 'Post.id': [POST], 'FeedPost.id': [POST], 'PublishedPost.id': [POST], 'LogEntry.id': [POST] },
  ...{ 'ThreadReply.id': [REPLY], 'ThreadBranch.id': [REPLY], 'ThreadLeaf.id': [REPLY], postId: [POST] },
  ...{ 'ThreadReply.author': [BOB], 'ThreadBranch.author': [BOB], 'ThreadLeaf.author': [BOB], of: [POST] },
  ...{
    'ThreadReply.text': ['To the sea.'],
    'ThreadBranch.text': ['To the sea.'],
    'ThreadLeaf.text': ['And back.'],
  },
  ...{
    'ThreadReply.replyTo': [POST],
    'ThreadBranch.replyTo': [POST],
    'ThreadLeaf.replyTo': [REPLY],
    'Thread.ancestors': NONE,
    'ThreadLeaf.replies': NONE,
  },
  ...{ kind: ['note', 'credit', 'like'], text: ['Rivers run.'], title: [null, 'From source to sea'] },
  ...{ replyTo: [null, POST], quoteOf: [null, POST], tags: [['water']], tag: ['water'], splits: NONE },
  ...{ mentions: NONE, bps: [10_000], start: [0], end: [6], editedAt: NEVER, revision: [1], posts: [3] },
  ...{ likes: [2], comments: [1], reposts: [1], liked: [true], reposted: [false], moreAncestors: [false] },
  ...{ 'PublishedPost.likes': [0], 'PublishedPost.comments': [0], 'PublishedPost.reposts': [0] },
  ...{ 'PublishedPost.liked': [false], 'PublishedPost.earned': ['0'], 'PublishedPost.credited': ['0'] },
  ...{ 'Like.liked': [true], 'Repost.reposted': [true], repostId: [ID], via: NEVER, dwellMs: [42_000] },
  ...{ signed: NEVER, origin: NEVER, 'LogEntry.key': NEVER, 'Signed.key': NEVER, seq: [0], hash: [HASH] },
  ...{ prev: [`0x${'00'.repeat(32)}`], contentHash: [HASH], lastSeq: NEVER, signature: [SIGNATURE] },
  ...{ 'LogEntry.author': [ALICE.address], 'PostingKey.address': [KEY], 'addPostingKey body.address': [KEY] },
  ...{ 'PostingKey.name': ['phone'], 'addPostingKey body.name': ['phone'], message: ['For the river.'] },
}

const MONEY: Story['fields'] = {
  ...{ earned: ['0.001'], credited: ['0.0005'], 'Repost.credited': ['0.001'], 'Read.credited': ['0.0002'] },
  ...{ amount: ['0.5'], fee: ['0.0125'], net: ['0.4875'], gross: ['0.0005'], total: ['0.0005'] },
  ...{ available: ['12.5'], pending: ['0.25'], budget: ['0.0125', 5_000], pledge: ['1'], withdrawing: ['0'] },
  ...{ owed: ['0'], earnedTotal: ['3.75'], balanceAfter: ['0.2505'], values: [['0.0005']], buckets: [[AT]] },
  ...{ 'Entry.amount': ['0.0005'], 'Entry.stream': ['like'], 'Earnings.stream': ['like'], txHash: [TX] },
  ...{ 'Entry.type': ['credit'], 'ReceiptPart.stream': ['like'], 'Receipt.stream': ['like'], weight: [5] },
  ...{
    'Receipt.amount': ['0.0005'],
    'Receipt.fee': NEVER,
    'Receipt.view': NEVER,
    partsTotal: [1],
    place: [0],
  },
  ...{
    payer: [{ pseudonym: 'p_7Jx2mQ4tVb9' }],
    receiver: [{ memberId: ALICE.id }],
    pseudonym: ['p_7Jx2mQ4tVb9'],
  },
  ...{
    actId: [ID],
    period: [20_484],
    ruleVersion: [1],
    totalWeight: [5],
    clearsAt: [LATER],
    price: [null, '0.5'],
  },
  ...{ ordinal: [0], charges: [1], interval: ['month'], cancelledAt: NEVER, threshold: ['10'], rest: ['1'] },
  ...{
    'Tip.parts': [[PART]],
    'Unlock.parts': [[PART]],
    dailySpendLimit: ['1'],
    spentToday: ['0.05'],
    heldUntil: [LATER],
  },
  ...{ to: [ALICE.address], epoch: [7], asOf: [AT], automatic: [true], 'Deposit.amount': ['10'] },
  ...{ 'Deposit.status': ['available'], 'WithdrawalTypedData.amount': ['2500000'] },
  ...{
    'WithdrawalTypedData.nonce': [HASH],
    'WithdrawalTypedData.to': [BOB.address],
    'Tip.memberId': [ALICE.id],
  },
  ...{ 'Unlock.memberId': [ALICE.id], deadline: ['1769861400'] },
}

const VIEWS: Story['fields'] = {
  ...{ 'Ad.title': ['Bread, baked at night'], 'Campaign.title': ['Bread, baked at night'], closedAt: NEVER },
  ...{ 'CampaignRequest.title': ['Bread, baked at night'], body: ['Still warm at seven.'], campaignId: [ID] },
  ...{ url: ['https://bread.example'], 'Campaign.budget': ['100'], 'CampaignRequest.budget': ['100'] },
  ...{ pricePerView: ['0.01'], 'Ad.price': ['0.01'], dailyCapPerMember: [5], minViewerAgeDays: [3] },
  ...{
    minViewerDeposit: ['5'],
    remaining: ['98'],
    open: ['0.02'],
    served: [214],
    paid: [200],
    expired: [10],
  },
  ...{ spent: ['1.98'], voided: ['0'], voidedViews: [0], refused: [{ too_early: 4 }], day: ['2026-01-31'] },
  ...{ visibleMs: [3_000], 'Impression.credited': ['0.003'], 'Impression.budget': ['0.005'], disputes: NONE },
}

const RULES: Story['fields'] = {
  ...{
    name: ['Rivulet'],
    domain: ['rivulet.example'],
    uri: ['https://rivulet.example'],
    'Network.address': [TOKEN],
  },
  ...{ publicKey: ['d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'], chainId: [31_337] },
  ...{ 'Network.id': [31_337], vault: [VAULT], verifyingContract: [VAULT], symbol: ['tUSD'], decimals: [6] },
  ...{
    rpcUrl: ['http://127.0.0.1:8545'],
    explorerUrl: ['https://explorer.example'],
    'DepositInstructions.token': [TOKEN],
    like: ['0.0005', 5],
  },
  ...{ read: ['0.0002', 2], comment: ['0.001', 10], repost: ['0.001', 10], shareBps: [1_000], tipBps: [250] },
  ...{ viewer: ['0.003', 3_000], author: ['0.001', 1_000], platform: ['0.001', 1_000], clearingBps: [500] },
  ...{ periodSeconds: [86_400], normal: [86_400], young: [604_800], views: [604_800], minWithdrawal: ['1'] },
  ...{
    youngSeconds: [1_209_600],
    minMs: [1_000],
    tokenSeconds: [600],
    perCampaignDay: [5],
    perDay: [200, '10'],
  },
  ...{ perMember: ['0.1'], 'Rules.amount': ['0.05'], 'Rules.total': ['100'], viewerAgeSeconds: [259_200] },
  ...{ viewerDeposit: ['5'], idleCloses: [4], version: [1, '1'], since: [AT] },
}

const SETTLEMENT: Story['fields'] = {
  ...{ number: [7], block: [1_204], snapshotBlock: [1_200], depth: [20], root: [HASH], payoutRoot: [HASH] },
  ...{ dataHash: [HASH], commitTx: [TX], activateTx: [TX], leavesUrl: ['/v1/settlement/epochs/7/leaves'] },
  ...{ index: ['12', 0], records: ['3'], authorised: ['3750000'], spendable: ['12500000'], held: ['250000'] },
  ...{ payout: ['0'], batch: [0], deposited: ['10000000'], salt: [HASH], proof: [`0x${'5a'.repeat(96)}`] },
  ...{
    authorisedTotal: ['40'],
    payoutTotal: ['2.5'],
    depositsSeen: ['100'],
    reserves: ['100'],
    settledAt: [LATER],
  },
  ...{ liabilities: ['97.5'], surplus: ['0'], inFlight: ['2.5'], 'EpochSummary.gross': ['97.5'] },
  ...{ 'Epoch.gross': ['97.5'], 'Epoch.total': ['2.5'], 'Epoch.status': ['settled'] },
  ...{ 'EpochSummary.status': ['settled'], 'LeafProof.status': ['settled'] },
}

const BOT = 'https://bot.example.com/rivulet'

const KEYS: Story['fields'] = {
  ...{ nonce: ['r7Kq2mXw9vTb4cYz', '7e'.repeat(16)], 'DeletionTypedData.nonce': ['7e'.repeat(16)] },
  ...{ 'DeletionTypedData.node': ['https://rivulet.example'], token: ['k3Jd9xQ2mB7vR1tZ'] },
  ...{ ticket: ['t8Vn3cX1zQ6wL4kP'], exitSecret: [`0x${'7e'.repeat(32)}`], key: ['riv_4f9QmX2tK8'] },
  ...{
    'MadeApiKey.name': ['bot'],
    'ApiKey.name': ['bot'],
    'NewApiKey.name': ['bot'],
    scopes: [['read', 'post']],
  },
  ...{
    'RotatedApiKey.name': ['bot'],
    allowedIps: [['203.0.113.7']],
    graceSeconds: [86_400],
    lastUsedAt: [AT],
  },
  ...{ formerEndsAt: [null, LATER], revokedAt: NEVER, 'ApiKey.expiresAt': NEVER, userAgent: ['Mozilla/5.0'] },
  ...{ current: [true], notAfter: ['2026-12-31T00:00:00.000Z'], requestId: ['req-1a'] },
  ...{
    url: ['https://bread.example'],
    events: [['tip', 'withdrawal']],
    enabled: [true],
    disabledReason: NEVER,
  },
  ...{
    failingSince: NEVER,
    attempts: [1],
    lastStatus: [204],
    lastError: NEVER,
    lastAt: [AT],
    nextAt: [null, LATER],
  },
  ...{ 'Subscription.nextAt': [LATER], 'ChargedSubscription.nextAt': [LATER], eventId: [ID] },
  ...{ secret: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], readAt: NEVER, inApp: [true], count: [3] },
  ...{
    'Webhook.url': [BOT],
    'MadeWebhook.url': [BOT],
    'signIn answer.expiresAt': ['2026-03-02T12:00:00.000Z'],
  },
  ...{ 'WebhookDelivery.type': ['notification.tip'], 'WebhookDelivery.status': ['delivered'] },
}

const HASTE = 'All of it came within a minute.'
const SPAM = 'The same link, again and again.'

const MODERATION: Story['fields'] = {
  ...{ reason: ['It is an advertisement.', 'spam'], path: ['/v1/appeals'], until: [null, ID, LATER] },
  ...{ 'Subject.id': [POST], 'Report.text': [SPAM], 'ReportedSubject.text': [SPAM], resolved: [1] },
  ...{
    'NewAppeal.text': ['It was a quotation.'],
    'Appeal.text': ['It was a quotation.'],
    suspended: [false],
  },
  ...{ 'JudgedAppeal.text': ['It was a quotation.'], 'JudgedPost.state': ['removed'], outcome: ['open'] },
  ...{ decision: ['uphold'], decisionReason: ['It was no quotation.'], decidedAt: [LATER], actionId: [ID] },
  ...{ 'Appeal.decision': NEVER, 'Appeal.decisionReason': NEVER, 'Appeal.decidedAt': NEVER, newestAt: [AT] },
  ...{ 'ModerationAction.kind': ['remove_post'], 'TakenAction.kind': ['remove_post'], reportIds: [[ID]] },
  ...{ 'AuditEntry.act': ['moderation.remove_post'], 'AuditEntry.role': ['moderator'] },
  ...{ 'SecurityEntry.act': ['key.make'], before: [{ removedBy: null }], after: [{ removedBy: ID }] },
  ...{
    'AuditEntry.subject': [{ type: 'post', id: POST }],
    'Dispute.reason': [HASTE],
    'DisputeRequest.reason': [HASTE],
  },
  ...{ 'SecurityEntry.subject': [{ type: 'key', id: ID }], detail: ['serving'] },
}

const REST: Story['fields'] = {
  ...{ ether: ['1'], transactions: [[TX]], 'useFaucet answer.amount': ['100'] },
  ...{
    'Imported.imported': [3],
    known: [0],
    profile: [true],
    follows: [7],
    blocks: [0],
    mutes: [1],
    missing: [0],
  },
  ...{ id: [ID], nextCursor: NEVER, createdAt: [AT], at: [AT], expiresAt: [LATER], type: ['post'] },
}

export const STORY: Story = {
  whole: WHOLE,
  fields: {
    ...{ ...PEOPLE, ...WORDS, ...MONEY, ...VIEWS, ...RULES, ...SETTLEMENT, ...KEYS, ...MODERATION, ...REST },
  },
}
