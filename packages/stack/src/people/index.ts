export { type Answer, ask, type Call, call, Unexpected } from './client.ts'
export { Person, person, walletOf } from './person.ts'
export type { Balances, LikeAnswer, Member, Network, Post, Tip, Withdrawal } from './shapes.ts'
