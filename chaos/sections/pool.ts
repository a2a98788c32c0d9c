import { setTimeout as sleep } from 'node:timers/promises'
import { keccak256, Transaction } from 'ethers'
import { type History, type Plan, pieces, type Section, scaled } from '../harness/history.ts'
import { judgeAtRest } from '../harness/judge/rest.ts'
import { sendAll } from '../harness/reorg.ts'
import type { Fault } from '../harness/rpc/proxy.ts'
import { wishSome } from '../harness/wishes.ts'
import type { World } from '../harness/world.ts'

const IN_A_WORLD = 13
const rawOf = ({ method, params }: { method: string; params: unknown[] }) =>
  method === 'eth_sendRawTransaction' ? String(params[0]) : undefined

/** Opens a world, lets a fault at its sends until it was done often enough, a round at a time. */
function sending(
  name: string,
  many: number,
  what: string,
  faultOf: (world: World, done: () => void) => Fault,
  afterRound: (world: World) => Promise<void> = async () => {},
  replaceAfterSeconds = 30,
): History {
  return {
    name,
    quiet: true,
    async run({ open, count, violation, chance }) {
      const world = await open({ replaceAfterSeconds })
      await world.start()
      await world.begun()
      let done = 0
      const fault = faultOf(world, () => {
        done++
        count(what)
      })
      for (let round = 1; done < many && round <= 4 * many; round++) {
        world.proxy.inject((passage) => (done < many ? fault(passage) : Promise.resolve(false)))
        await wishSome(world, chance.whole(1, 3))
        const found = await judgeAtRest(world)
        await afterRound(world)
        if (found.length > 0)
          return violation(
            world,
            found.map((one) => `round ${round}, ${what}: ${one}`),
          )
      }
      await sleep(500)
      violation(world, await judgeAtRest(world))
      if (done < many) violation(world, [`${what}: ${done} of ${many}`])
    },
  }
}

/** The node takes a transaction and then forgets it. */
const dropping = (world: World, done: () => void): Fault => {
  return async ({ call, forward, answer }) => {
    const raw = rawOf(call)
    if (!raw || world.chance.next() < 0.3) return false
    const taken = await world.chain.still(async () => {
      const told = await forward()
      if (await world.chain.call<string | null>('anvil_dropTransaction', [keccak256(raw)])) done()
      return told
    })
    answer(taken)
    return true
  }
}

/** The node says it has it and has not; when nobody thinks of it any more, somebody else brings the same bytes. */
const resurrecting = (world: World, done: () => void): Fault => {
  const tried = new Set<string>()
  return async ({ call, answer }) => {
    const raw = rawOf(call)
    if (!raw || tried.has(raw)) return false
    tried.add(raw)
    answer({ result: keccak256(raw) })
    setTimeout(() => void sendAll(world.chain, [raw]).then(done), world.chance.whole(200, 3_000))
    return true
  }
}

/** Everything that was ever sent is sent again, and each payment by a stranger too: what is paid must stay paid. */
async function bringAllBack({ chain, proxy }: World): Promise<void> {
  for (const { name, raw } of proxy.sent.values())
    if (name === 'batch') await chain.callVault(Transaction.from(raw).data)
  await sendAll(
    chain,
    [...proxy.sent.values()].map(({ raw }) => raw),
  )
}

/** The base fee jumps to a hundred times what the transaction offers, just before the node has it. */
const spiking = (world: World, done: () => void): Fault => {
  return async ({ call }) => {
    const raw = rawOf(call)
    if (!raw || world.chance.next() < 0.2) return false
    const offered = Transaction.from(raw).maxFeePerGas ?? 0n
    await world.chain.raiseFees(100n * offered)
    done()
    return false
  }
}

/** Sometimes the oldest bytes of a nonce come first after all, when fees have fallen again. */
async function oldestFirst(world: World): Promise<void> {
  if (world.chance.next() < 0.5) await bringAllBack(world)
}

const histories = (plan: Plan): History[] => [
  ...pieces(scaled(100, plan), IN_A_WORLD).map((size, i) =>
    sending(`dropped ${i}`, size, 'dropped transactions', dropping),
  ),
  ...pieces(scaled(50, plan), IN_A_WORLD).map((size, i) =>
    sending(`resurrected ${i}`, size, 'resurrected transactions', resurrecting, bringAllBack),
  ),
  ...pieces(scaled(100, plan), IN_A_WORLD).map((size, i) =>
    sending(`spikes ${i}`, size, 'gas spikes', spiking, oldestFirst, 1),
  ),
]

export const pool: Section = {
  name: 'pool',
  about: 'a node forgets what it took, remembers what it forgot; fees jump a hundredfold',
  targets: { 'dropped transactions': 100, 'resurrected transactions': 50, 'gas spikes': 100 },
  histories: async (plan) => histories(plan),
}
