/** Shapes of the API's answers, as far as people in tests look at them. Amounts are decimal strings of the asset. */
export interface Network {
  auth: { domain: string; uri: string }
  chain: { id: number; vault: string; rpcUrl?: string }
  asset: { symbol: string; address: string; decimals: number }
}

export interface Member {
  id: string
  address: string
  handle: string | null
  displayName: string | null
}

export interface Post {
  id: string
  kind: string
  text: string | null
  replyTo: string | null
  counts: { likes: number; comments: number; reposts: number }
  earned: string
}

export interface LikeAnswer {
  liked: boolean
  likes: number
  credited: string
  unfunded: boolean
}

export interface Tip {
  id: string
  amount: string
  fee: string
  net: string
  parts: { memberId: string; amount: string }[]
}

export type Balances = Record<
  'available' | 'pending' | 'budget' | 'pledge' | 'withdrawing' | 'owed' | 'earnedTotal',
  string
>

export interface Withdrawal {
  id: string
  status: string
  amount: string
  to: string
  lane: 'push' | 'pull'
  txHash: string | null
  epoch: number | null
}
