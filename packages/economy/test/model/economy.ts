import { amountOf } from '@rivulet/ledger'
import { clearsAt, refusalOf } from '../../src/interactions/rules.ts'
import { chargedParts, type Part, partsOf, sumOf } from '../../src/shares/rules.ts'
import { mayView } from '../../src/views/rules.ts'
import { creditsCovering } from '../../src/views/void-rules.ts'
import { type Act, account, DAY, Standing, type View } from './standing.ts'
import type { Credit, Deed } from './world.ts'

/**
 * The economy in memory: a day is a period, and what it decides it asks the rules that production asks. It is there to live
 * tens of thousands of histories; that it agrees with the database is a test of its own.
 */
export class Economy extends Standing {
  live(deeds: readonly Deed[]): this {
    for (const deed of deeds) this.do(deed)
    return this
  }

  do(deed: Deed): void {
    if (deed.do === 'pledge')
      this.move(account(deed.who, 'available'), account(deed.who, 'pledge'), deed.amount)
    else if (deed.do === 'unpledge')
      this.move(account(deed.who, 'pledge'), account(deed.who, 'available'), this.has(deed.who, 'pledge'))
    else if (deed.do === 'act') this.act(deed)
    else if (deed.do === 'view') for (let i = 0; i < deed.times; i++) this.view(deed)
    else if (deed.do === 'pay') this.pay(deed)
    else if (deed.do === 'grant') this.grant(deed.who)
    else if (deed.do === 'block') {
      if (deed.who !== deed.whom) this.blocks.add(`${deed.who} ${deed.whom}`)
    } else if (deed.do === 'void') this.void(deed.who, this.day - deed.daysAgo)
    else this.night()
  }

  private act({ who, post: place, kind, on, sharer: wished }: Deed & { do: 'act' }): void {
    const post = this.world.posts[place]!
    const key = `${place} ${kind}`
    const act = this.acts[who]!.get(key)
    const state = act ?? { active: false, credited: 0n, reversals: 0 }
    const barred = this.barred(who)
    const refusal = refusalOf(on, {
      exists: act !== undefined,
      active: state.active,
      postDeleted: false,
      suspended: false,
      blocked: barred.has(`${post.author}`),
      viaInvalid: false,
    })
    if (refusal || !this.laws.turns(kind, state.active, on)) return
    if (!on) {
      const pending = this.pending.filter((credit) => credit.of === act && credit.state === 'pending')
      const after = this.laws.afterTakingBack(state, pending)
      for (const credit of pending) this.reverse(credit)
      Object.assign(act!, after)
      return
    }
    const sharer = wished === who || wished === post.author ? undefined : wished
    const receivers = this.receivers(post, sharer)
    const { rates, shareBps } = this.rules
    const parts = this.laws.partsDue(state, rates[kind], receivers, `${who}`, barred, shareBps)
    const amount = sumOf(parts)
    const funds = { budget: this.has(who, 'budget'), pledge: this.has(who, 'pledge') }
    const source = amount > 0n ? this.laws.chooseSource(amount, funds) : undefined
    const now = act ?? { ...state, kind, post: place, period: 0n, sharer, closings: [] }
    Object.assign(now, { active: true, period: BigInt(this.day), sharer })
    this.acts[who]!.set(key, now)
    this.idle.delete(who)
    if (!source) return
    now.credited = amount
    this.credit(parts, { payer: who, from: account(who, source), kind, closing: false, of: now })
  }

  private view({ who, campaign: place, post: beside, ms, served }: Deed & { do: 'view' }): void {
    const campaign = this.world.campaigns[place]!
    const price = amountOf(campaign.price)
    if (campaign.sponsor === who || this.books.of(`campaign:${place}`) < price) return
    const viewer = this.viewer(who)
    const today = this.views[who]!.filter((view) => view.day === this.day)
    const barred = this.barred(who)
    const ofSponsor = campaign.sponsor === undefined ? new Set<string>() : this.barred(campaign.sponsor)
    const demands = {
      dailyCapPerMember: campaign.cap,
      minViewerAgeDays: null,
      minViewerDeposit: null,
      today: today.filter((view) => view.campaign === place).length,
      blocked: campaign.sponsor !== undefined && barred.has(`${campaign.sponsor}`),
    }
    const asking = { viewer, served, hasOpen: false, today: today.length }
    if (this.laws.refusalOfMember(asking, this.rules.views)) return
    if (this.laws.refusalOfCampaign({ viewer }, demands, this.rules.views)) return
    if (this.laws.refusalOfReturn({ ageMs: ms, expired: false }, ms, this.rules.views)) return
    const parts = this.laws.viewParts(price, this.rules.split)
    const view: View = {
      who,
      campaign: place,
      day: this.day,
      budget: parts.budget,
      platform: parts.platform,
      voided: false,
    }
    this.views[who]!.push(view)
    const payer = `${campaign.sponsor ?? 'outside'}`
    const post = this.receivers(this.world.posts[beside]!)
    const parted = chargedParts(partsOf(parts.author, post, 0), payer, ofSponsor)
    const authors = parted.filter(({ receiverId }) => receiverId !== `${who}`)
    const from = `campaign:${place}`
    const viewed: Part = { receiverId: `${who}`, role: 'author', amount: parts.viewer }
    this.credit([viewed, ...authors], {
      payer: campaign.sponsor,
      from,
      kind: 'view',
      closing: false,
      of: view,
    })
    this.books.move(from, account(who, 'budget'), parts.budget)
    this.books.move(from, 'revenue', parts.platform)
  }

  private pay({ who, post: place, amount }: Deed & { do: 'pay' }): void {
    const post = this.world.posts[place]!
    const whole = amount < this.has(who, 'available') ? amount : this.has(who, 'available')
    if (whole === 0n) return
    if (this.barred(who).has(`${post.author}`)) return
    const bars = new Map([...this.barred(who)].map((id) => [id, 'blocked'] as const))
    const feeBps = this.rules.fees.tipBps
    const split = this.laws.splitPayment(amountOf(whole), this.receivers(post), {
      payerId: `${who}`,
      bars,
      feeBps,
    })
    if (!split.ok) return
    for (const { memberId, amount } of split.parts) {
      this.books.move(account(who, 'available'), account(Number(memberId), 'available'), amount)
      this.payments.push({ payer: who, receiver: Number(memberId), amount })
    }
    this.books.move(account(who, 'available'), 'revenue', split.fee)
  }

  private grant(who: number): void {
    const amount = this.rules.grants.amount
    const sum = (of: (grant: { who: number; day: number }) => boolean) => sumOf(this.grants.filter(of))
    const granted = {
      memberToday: sum((grant) => grant.who === who && grant.day === this.day),
      today: sum((grant) => grant.day === this.day),
      ever: sum(() => true),
    }
    if (amount === 0n || mayView(this.viewer(who), this.rules.views)) return
    if (this.laws.exceedsCap(granted, this.rules) || this.books.of('grants') < amount) return
    this.books.move('grants', account(who, 'budget'), amount)
    this.grants.push({ who, day: this.day, amount })
  }

  /** Takes back a member's views of a day, by the order of DESIGN: what is pending, the budget, what it paid, the platform. */
  private void(who: number, day: number): void {
    const views = this.views[who]!.filter((view) => view.day === day && !view.voided)
    if (views.length === 0) return
    const budget = account(who, 'budget')
    const costs = [...new Set(views.map((view) => view.campaign))].map((campaign) => {
      const cost = { campaignId: `${campaign}`, pending: 0n, cleared: 0n, budget: 0n, platform: 0n }
      for (const view of views.filter((view) => view.campaign === campaign)) {
        view.voided = true
        cost.budget += view.budget
        cost.platform += view.platform
        for (const credit of this.credits.filter((credit) => credit.of === view)) {
          cost[credit.state === 'pending' ? 'pending' : 'cleared'] += credit.gross
          if (credit.state === 'pending') this.reverse(credit)
        }
      }
      return cost
    })
    const need = costs.reduce((sum, cost) => sum + cost.budget, 0n) - this.books.of(budget)
    const spent = this.pending.filter((credit) => credit.from === budget && credit.state === 'pending')
    for (const credit of creditsCovering(spent.toReversed(), need)) this.reverse(credit)
    const had = { budget: this.books.of(budget), revenue: this.books.of('revenue') }
    const { shares } = this.laws.shareVoid(costs, had)
    for (const { campaignId, fromBudget, fromRevenue, platform } of shares) {
      this.books.move(budget, `campaign:${campaignId}`, fromBudget)
      this.books.move('revenue', `campaign:${campaignId}`, fromRevenue)
      if (fromRevenue > platform) this.borne[Number(campaignId)]! += fromRevenue - platform
    }
  }

  protected night(): void {
    for (const [who] of this.world.people.entries()) this.close(who)
    this.day++
    this.clear()
  }

  protected close(who: number): void {
    const left = this.has(who, 'budget')
    if (left === 0n) return
    const period = BigInt(this.day)
    const stands = ({ closings }: Act) => closings.some(({ state }) => state !== 'reversed')
    const acts = [...this.acts[who]!.values()].filter(
      (act) => act.active && act.period === period && !stands(act),
    )
    if (acts.length === 0) {
      const closes = (this.idle.get(who) ?? 0) + 1
      this.idle.set(who, closes)
      if (closes < this.rules.idleCloses) return
      this.idle.delete(who)
      this.books.move(account(who, 'budget'), 'grants', left)
      return
    }
    const weighed = acts.map((act) => ({
      ...this.receivers(this.world.posts[act.post]!, act.sharer),
      weight: BigInt(this.rules.weights[act.kind]),
    }))
    const terms = { payerId: `${who}`, barred: this.barred(who), shareBps: this.rules.shareBps }
    const shares = this.laws.splitBudget(amountOf(left), weighed, terms)
    for (const [i, act] of acts.entries())
      act.closings.push(
        ...this.credit(shares[i]!, {
          payer: who,
          from: account(who, 'budget'),
          kind: act.kind,
          closing: true,
          of: act,
        }),
      )
    this.closes.push({ who, left, paid: sumOf(shares.flat()) })
  }

  protected clear(): void {
    const due = new Map<string, Credit[]>()
    this.pending = this.pending.filter((credit) => {
      if (credit.state !== 'pending') return false
      if (clearsAt(credit.period, credit.hold, this.rules) > this.day * DAY) return true
      const key = `${credit.receiver} ${credit.period} ${credit.hold}`
      const same = due.get(key)
      if (same) same.push(credit)
      else due.set(key, [credit])
      return false
    })
    for (const [key, credits] of due) {
      const gross = sumOf(credits.map(({ gross }) => ({ amount: gross })))
      const before = this.cleared.get(key) ?? { gross: 0n, fee: 0n }
      const fee = this.laws.clearingFee(gross, before, this.rules.fees.clearingBps)
      const pending = account(credits[0]!.receiver, 'pending')
      this.books.move(pending, account(credits[0]!.receiver, 'available'), gross - fee)
      this.books.move(pending, 'revenue', fee)
      this.cleared.set(key, { gross: before.gross + gross, fee: before.fee + fee })
      for (const credit of credits) credit.state = 'cleared'
    }
  }
}
