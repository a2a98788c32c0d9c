import type { Chance } from '../chance.ts'
import { ask, type Fault, type Passage } from './proxy.ts'

/** A kind of thing that networks and nodes do. */
export type FaultKind = {
  name: string
  /** How many a full run makes of it. */
  full: number
  /** Work comes to its end all the same: it goes on until everything is at rest. The others are for a while. */
  lasting: boolean
  /** @param chance numbers of this world @param done told each time it was done */
  make(chance: Chance, done: () => void, node: string): Fault
}

const isSend = ({ call }: Passage) => call.method === 'eth_sendRawTransaction'
const is = (method: string) => (passage: Passage) => passage.call.method === method
const always = () => true
const hex = (number: number) => `0x${Math.max(number, 0).toString(16)}`

/** Done to a share of the calls that fit. Sends are few, and are made again: what is done to them lasts. */
function kind(
  name: string,
  fits: (passage: Passage) => boolean,
  act: (passage: Passage, chance: Chance, node: string) => Promise<boolean>,
  { share = 0.4, full = 50, lasting = fits === isSend } = {},
): FaultKind {
  return {
    ...{ name, full, lasting },
    make: (chance, done, node) => async (passage) => {
      if (!fits(passage) || chance.next() >= share) return false
      const acted = await act(passage, chance, node)
      if (acted) done()
      return acted
    },
  }
}

/** Lets the node answer, and changes what it says; what cannot be changed passes. */
const changing =
  (change: (result: never, passage: Passage, chance: Chance) => unknown) =>
  async (passage: Passage, chance: Chance): Promise<boolean> => {
    const { result, error } = await passage.forward()
    const changed = error || result === null ? undefined : change(result as never, passage, chance)
    passage.answer(error ? { error } : { result: changed === undefined ? result : changed })
    return changed !== undefined
  }

type Receipt = { status: string; blockHash: string; blockNumber: string }
type Log = { topics: string[]; data: string; logIndex: string; transactionHash: string }

export const FAULTS: FaultKind[] = [
  kind('the request is lost', always, async ({ hangUp }) => {
    hangUp()
    return true
  }),
  kind('the answer is lost', always, async ({ forward, hangUp }) => {
    await forward()
    hangUp()
    return true
  }),
  kind('taken, then 502', always, async ({ forward, say }) => {
    await forward()
    say(502, '<html><body>Bad Gateway</body></html>')
    return true
  }),
  kind(
    'taken, then no answer until the caller gives up',
    isSend,
    async ({ forward, gone }) => {
      await forward()
      await gone
      return true
    },
    { share: 1, full: 200 },
  ),
  kind(
    'late',
    always,
    async ({ forward, answer }, chance) => {
      await new Promise((resolve) => setTimeout(resolve, chance.whole(200, 1_500)))
      answer(await forward())
      return true
    },
    { share: 0.15 },
  ),
  kind(
    'sent twice',
    isSend,
    async ({ forward, answer }) => {
      const first = await forward()
      await forward()
      answer(first)
      return true
    },
    { share: 1 },
  ),
  kind(
    'sent twice, and the second answer told',
    isSend,
    async ({ forward, answer }) => {
      await forward()
      answer(await forward())
      return true
    },
    { share: 1, full: 50 },
  ),
  kind(
    '429',
    always,
    async ({ say }) => {
      say(429, '{"error":"too many requests"}')
      return true
    },
    { share: 0.2 },
  ),
  kind('not JSON', always, async ({ forward, say }) => {
    await forward()
    say(200, '<html><head><title>maintenance</title>')
    return true
  }),
  kind('half the JSON', always, async ({ forward, say }) => {
    const text = JSON.stringify({ jsonrpc: '2.0', id: 1, ...(await forward()) })
    say(200, text.slice(0, Math.floor(text.length / 2)))
    return true
  }),
  kind('already known, and not taken', isSend, async ({ answer }) => {
    answer({ error: { code: -32000, message: 'already known' } })
    return true
  }),
  kind(
    'already known, and taken',
    isSend,
    async ({ forward, answer }) => {
      await forward()
      answer({ error: { code: -32000, message: 'already known' } })
      return true
    },
    { share: 1 },
  ),
  kind('replacement transaction underpriced', isSend, async ({ answer }) => {
    answer({ error: { code: -32000, message: 'replacement transaction underpriced' } })
    return true
  }),
  kind(
    'nonce too low, and taken',
    isSend,
    async ({ forward, answer }) => {
      await forward()
      answer({ error: { code: -32000, message: 'nonce too low' } })
      return true
    },
    { share: 1 },
  ),
  kind(
    'a nonce that is too low or too high',
    is('eth_getTransactionCount'),
    changing((count: string, _, chance) => hex(Number(count) + chance.one([-2, -1, 1, 3]))),
  ),
  withheld('no receipt for a while, then one', (seen) => seen < 3),
  withheld('a receipt, then none for a while', (seen) => seen > 0 && seen < 4),
  kind(
    'a receipt of another block',
    is('eth_getTransactionReceipt'),
    changing((receipt: Receipt) => ({ ...receipt, blockHash: `0x${'ab'.repeat(32)}` })),
  ),
  kind(
    'a receipt that says it failed',
    is('eth_getTransactionReceipt'),
    changing((receipt: Receipt) => ({ ...receipt, status: '0x0' })),
    { share: 0.3 },
  ),
  kind(
    'no logs',
    is('eth_getLogs'),
    changing((logs: Log[]) => (logs.length > 0 ? [] : undefined)),
    { share: 0.7 },
  ),
  kind(
    'the first logs only',
    is('eth_getLogs'),
    changing((logs: Log[]) => (logs.length > 1 ? logs.slice(0, -1) : undefined)),
    { share: 0.7, full: 30 },
  ),
  kind(
    'a log twice, with another place',
    is('eth_getLogs'),
    changing((logs: Log[]) => {
      const deposit = logs.find(({ topics }) => topics[0] === DEPOSITED)
      return deposit && [...logs, { ...deposit, logIndex: '0xff' }]
    }),
    { share: 0.7, full: 30 },
  ),
  kind(
    'a log of another amount',
    is('eth_getLogs'),
    changing((logs: Log[]) => {
      const deposit = logs.find(({ topics }) => topics[0] === DEPOSITED)
      const more = deposit && `0x${(BigInt(deposit.data) + 1n).toString(16).padStart(64, '0')}`
      return deposit && logs.map((log) => (log === deposit ? { ...log, data: more! } : log))
    }),
    { share: 0.7, full: 30 },
  ),
  {
    name: 'a node that is three blocks behind',
    full: 50,
    lasting: false,
    make: (chance, done, node) => behind(chance, done, node),
  },
]

/** Of each transaction that has a receipt, the answers at some of the times it is asked for are: none. */
function withheld(name: string, isAt: (seen: number) => boolean): FaultKind {
  return {
    name,
    full: 50,
    lasting: true,
    make: (_, done) => {
      const seen = new Map<string, number>()
      return async (passage) => {
        if (passage.call.method !== 'eth_getTransactionReceipt') return false
        const told = await passage.forward()
        const hash = String(passage.call.params[0])
        const times = seen.get(hash) ?? 0
        if (told.result) seen.set(hash, times + 1)
        const isWithheld = Boolean(told.result) && isAt(times)
        if (isWithheld) done()
        passage.answer(isWithheld ? { result: null } : told)
        return true
      }
    },
  }
}

/** keccak256("Deposited(address,address,uint256)") */
const DEPOSITED = '0x8752a472e571a816aea92eec8dae9baf628e840f4929fbcc2d155e6233ff68a7'

const BEHIND = 3

/** Some calls go to a node that has not seen the last blocks: of a pair behind one address, one lags. */
function behind(chance: Chance, done: () => void, node: string): Fault {
  const head = async () => Number((await ask(node, { method: 'eth_blockNumber', params: [] })).result)
  return async ({ call, forward, answer }) => {
    if (chance.next() < 0.6) return false
    const at = hex((await head()) - BEHIND)
    if (call.method === 'eth_blockNumber') answer({ result: at })
    else if (call.params.includes('latest'))
      answer(
        await forward({ ...call, params: call.params.map((value) => (value === 'latest' ? at : value)) }),
      )
    else if (call.method === 'eth_getTransactionReceipt') {
      const told = await forward()
      const isNew = Number((told.result as Receipt | null)?.blockNumber ?? 0) > Number(at)
      answer(isNew ? { result: null } : told)
      if (!isNew) return true
    } else return false
    done()
    return true
  }
}
