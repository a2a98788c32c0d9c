/** What a credit is for. */
export type CreditKind = 'like' | 'read' | 'comment' | 'repost' | 'view'

/** A part of a credit, as its payer or its receiver may see it. Amounts are nano. */
export type ReceiptPart = {
  /**
   * The id the asker knows the credit by. Of a period's close payers know the transfer out of their budget, receivers the
   * one to themselves only: two of them cannot find out by it that they have a payer in common.
   */
  event: string
  /** Its place among those of this event that the asker sees, from 0. */
  place: number
  interactionId: string
  payerId: string
  receiverId: string
  postId: string
  kind: CreditKind
  role: 'author' | 'sharer' | 'viewer'
  /** As the books number it. */
  stream: number
  source: 'budget' | 'pledge' | 'campaign'
  closing: boolean
  viaId: string | null
  gross: bigint
  period: bigint
  hold: 'normal' | 'young' | 'views'
  ruleVersion: number
  weight: bigint
  totalWeight: bigint
  /** Of a closing credit: what was left of the payer's budget, and split. */
  budget: bigint | null
  clearsAt: Date
  status: 'pending' | 'cleared' | 'reversed'
  at: Date
}

/** Columns of `receipts r` as `ReceiptPart` names them, all but `place`. @param member who asks, as SQL */
export const partColumns = (member: string) => `
  case when r.closing and r.payer_id <> ${member} then coalesce(r.posting_id, r.id) else r.id end as event,
  r.interaction_id as "interactionId", r.payer_id as "payerId", r.receiver_id as "receiverId", r.post_id as "postId",
  r.kind, r.role, r.stream, r.source, r.closing, r.via_id as "viaId", r.gross, r.period, r.hold,
  r.rule_version as "ruleVersion", r.weight, r.total_weight as "totalWeight", r.budget, r.clears_at as "clearsAt",
  case when r.reversal_id is not null then 'reversed' when r.clearing_id is not null then 'cleared' else 'pending' end
    as status,
  r.created_at as at, r.id as receipt, r.leg`
