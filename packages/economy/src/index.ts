export {
  AUDIT_ACTS,
  AUDIT_ROLES,
  type AuditAct,
  type AuditEntry,
  appendAudit,
} from './audit-log/append-audit.ts'
export { type AuditRow, auditRows } from './audit-log/store.ts'
export { BLOCKS_MAX, type BlockInput, type BlockResult, block, unblock } from './blocks/block.ts'
export { isBlockedPair, lockPair } from './blocks/store.ts'
export { CAMPAIGNS_BELL, type CloseCampaignResult, closeCampaign, finishClosing } from './campaigns/close.ts'
export { type CampaignInput, type CreateCampaignResult, createCampaign } from './campaigns/create.ts'
export { type DisputeInput, type DisputeResult, disputeDay } from './campaigns/dispute.ts'
export { type CampaignReport, campaignReport, type ReportDay } from './campaigns/report.ts'
export { MIN_PRICE_PER_VIEW } from './campaigns/rules.ts'
export { type Campaign, type CampaignStatus, campaignsOf } from './campaigns/store.ts'
export { BookingFault, type ChainPlace } from './chain-events/store.ts'
export * from './chart.ts'
export { clearPending } from './clearing/clear-pending.ts'
export { type ConsentInput, type ConsentResult, consent, withdrawConsent } from './consents/consent.ts'
export { bookDeposits, type Deposit } from './deposits/book-deposits.ts'
export { type DepositPlace, depositsOf, type ListedDeposit } from './deposits/list.ts'
export { type BookedSurplus, bookSurplus, bookSurplusWithdrawal, reserveGap } from './deposits/surplus.ts'
export { type Earnings, type EarningsResult, earnings } from './earnings/earnings.ts'
export { type Bucket, type EarningsRange, MOST_BUCKETS, usualFrom } from './earnings/rules.ts'
export { type KeptLeaf, type KeptNode, keptTree } from './epochs/kept-tree.ts'
export { type BookedExit, bookExit } from './exits/book-exit.ts'
export { bookExitRequest, bookExitResolved } from './exits/book-request.ts'
export { cancelWaiting } from './exits/freeze.ts'
export { setAsideExits } from './exits/set-aside.ts'
export { hasOpenExits, isFrozen } from './exits/store.ts'
export { type FundGrantsResult, fundGrants } from './grants/fund-grants.ts'
export { type Grant, type GrantResult, grant } from './grants/grant.ts'
export { type ActInput, type ActResult, act } from './interactions/act.ts'
export { firstLikes } from './interactions/first-likes.ts'
export type { ActRefusal, InteractionKind } from './interactions/rules.ts'
export type { Spending, SpendingKey, SpendLimitReached } from './keys/rules.ts'
export { spend } from './keys/spend.ts'
export { barredFrom, type Payment, type Refusal, refusedBetween } from './members/earning.ts'
export { ensureMember } from './members/ensure-member.ts'
export {
  forgetNotifications,
  NOTIFICATIONS_KEPT_DAYS,
  READ_KEPT_DAYS,
} from './notifications/forget-notifications.ts'
export {
  NOTIFICATION_KINDS,
  NOTIFIED_OF,
  type NotificationKind,
  OPTIONAL_KINDS,
  type OptionalKind,
} from './notifications/kinds.ts'
export { type Notice, notifyMembers } from './notifications/notify-members.ts'
export { type Preferences, prefer, preferencesOf } from './notifications/preferences.ts'
export { notificationsSince, type Unseen, type UnseenNotification } from './notifications/since.ts'
export {
  markRead,
  type Notification,
  notificationsOf,
  UNREAD_COUNTED,
  unreadCount,
} from './notifications/store.ts'
export { tellReactions } from './notifications/tell-reactions.ts'
export { NAMED_MAX } from './notifications/write-groups.ts'
export type { PaymentPart } from './payments/rules.ts'
export { authorisePulls, divideWithdrawal } from './payouts/authorise.ts'
export { bookBatch, type ExecutedBatch } from './payouts/book-batch.ts'
export { bookClaim } from './payouts/book-claim.ts'
export { bookOwedClaim } from './payouts/book-owed-claim.ts'
export { giveBackPayouts } from './payouts/give-back.ts'
export { openClaims } from './payouts/open-claims.ts'
export { assignBatch, markSubmitted, startPayouts } from './payouts/start-payouts.ts'
export { lockRequested, type PayoutWithdrawal } from './payouts/store.ts'
export { type CloseStep, closePeriodStep } from './periods/close-period.ts'
export { nextPeriod } from './periods/next-period.ts'
export { type PledgeInput, type PledgeResult, pledge, unpledge } from './pledge/pledge.ts'
export { listParts, type PartsPage } from './receipts/list.ts'
export { receiptsOfTransfers } from './receipts/of-transfers.ts'
export { type Receipt, readReceipt } from './receipts/read.ts'
export type { ReceiptPart } from './receipts/receipt.ts'
export type { Side as ReceiptSide } from './receipts/rules.ts'
export { epochWithout, type Take } from './revenue/store.ts'
export { type TakeResult, takeRevenue } from './revenue/take.ts'
export {
  grantRole,
  type RoleHolder,
  type RoleInput,
  type RoleResult,
  revokeRole,
  roleHolders,
} from './roles/grant-role.ts'
export { hasOtherModerator, lockRoles, ROLES, type Role, roleOf } from './roles/store.ts'
export { declareRules, outdatedRules } from './rule-versions/declare.ts'
export type { WrittenRules } from './rule-versions/rules.ts'
export { newestVersion, type RuleVersion, ruleVersion, ruleVersions } from './rule-versions/store.ts'
export { type Rules, rulesFrom } from './rules.ts'
export {
  forgetServings,
  recordServings,
  type Serving,
} from './servings/store.ts'
export { faultOfSplits, SPLITS_MAX, type Split, type SplitsFault } from './splits/rules.ts'
export { cancelSubscription } from './subscriptions/cancel.ts'
export { chargeDue } from './subscriptions/charge-due.ts'
export { type ResumeInput, type ResumeResult, resume } from './subscriptions/resume.ts'
export { type Interval, MOST_SUBSCRIPTIONS } from './subscriptions/rules.ts'
export { type Charge, chargesOf, type Subscription, subscriptionsOf } from './subscriptions/store.ts'
export { type SubscribeInput, type SubscribeResult, subscribe } from './subscriptions/subscribe.ts'
export { endSuspensions } from './suspensions/end-suspensions.ts'
export { type ReceivedTip, tipsTo } from './tips/store.ts'
export { type Tip, type TipInput, type TipResult, tip } from './tips/tip.ts'
export { type Transparency, transparency } from './transparency/transparency.ts'
export { type Computed, computeTrending } from './trending/compute.ts'
export { RANKS, WINDOWS, type Window } from './trending/rules.ts'
export { dueWindows, forgetSnapshots } from './trending/store.ts'
export { type TextResult, textFor } from './unlocks/text.ts'
export { type Unlock, type UnlockInput, type UnlockResult, unlock } from './unlocks/unlock.ts'
export { expireViews } from './views/expire.ts'
export { type NextViewResult, nextView } from './views/next.ts'
export { type PayViewInput, type PayViewResult, payViews } from './views/pay.ts'
export { mayView, type Viewer, type ViewerRefusal } from './views/rules.ts'
export { readViewers } from './views/viewer.ts'
export { type VoidInput, type VoidResult, voidViews } from './views/void.ts'
export { memberRefs, memberStatement, type Wallet, wallet, wallets } from './wallet/wallet.ts'
export {
  isAllowedAddress,
  isLoopbackAddress,
  literalAddress,
  MOST_URL_CHARS,
  type Reach,
  readWebhookUrl,
} from './webhooks/address.ts'
export { reachFrom } from './webhooks/reach.ts'
export {
  DELIVERIES_KEPT_DAYS,
  type DisabledReason,
  FAILING_MS,
  retryAfter,
  WEBHOOKS_BELL,
} from './webhooks/rules.ts'
export { writePing } from './webhooks/write-deliveries.ts'
export {
  autoWithdrawalOf,
  endAutoWithdrawal,
  isUnderWay,
  membersWithDueOrder,
} from './withdrawals/auto-store.ts'
export {
  AUTO_WITHDRAWALS_BELL,
  type OrderResult,
  orderAutoWithdrawal,
  withdrawAutomatically,
} from './withdrawals/auto-withdraw.ts'
export { type CancelResult, cancelWithdrawal } from './withdrawals/cancel.ts'
export { type QuoteResult, quoteWithdrawal } from './withdrawals/quote.ts'
export { type Quote, type QuoteFault, quotesFor } from './withdrawals/quotes.ts'
export { releaseHeld } from './withdrawals/release-held.ts'
export {
  type RequestInput,
  type RequestResult,
  requestWithdrawal,
} from './withdrawals/request.ts'
export type { AutoWithdrawal, Destinations, WithdrawalFault } from './withdrawals/rules.ts'
export { advance, insertWithdrawal, type NewWithdrawal, noteTransition } from './withdrawals/store.ts'
export { TX_HASH } from './withdrawals/tx-hash.ts'
export {
  ENDED,
  statesBefore,
  TRANSITIONS,
  WITHDRAWAL_LEG,
  type WithdrawalLane,
  type WithdrawalStatus,
} from './withdrawals/withdrawal.ts'
