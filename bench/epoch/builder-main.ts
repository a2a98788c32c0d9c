import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import {
  batchHash,
  buildPayoutTree,
  climb,
  domainSeparator,
  type Leaf,
  leafHash,
  leafSum,
  packPayouts,
  proofFrom,
  proofNeeds,
  type TreeNode,
} from '@rivulet/contracts'
import { depthFor, leavesOf, saltMaker } from '@rivulet/worker/settlement/leaves'
import { planPayouts } from '@rivulet/worker/settlement/plan'
import { publishTree } from '@rivulet/worker/settlement/publish'
import { accountsOf, secretOf, withdrawalsOf } from './people.ts'

/*
 * An epoch as the worker builds it, from accounts to file and proofs, in a process of its own. Says how long each part
 * took and how much memory it had at most.
 */

const CHAIN_ID = 31_337n
const VAULT = `0x${'22'.repeat(20)}`
const PROOFS = 200
const UNIT = 1_000n

const { ACCOUNTS, FILE } = process.env as { ACCOUNTS: string; FILE: string }
const { accounts, backing } = accountsOf(Number(ACCOUNTS))
const withdrawals = withdrawalsOf(accounts)
// Their secrets come from the database otherwise.
const secrets = Buffer.concat(accounts.map(({ index }) => secretOf(index)))
const domain = domainSeparator(CHAIN_ID, VAULT)

const begin = performance.now()
const cpuBefore = process.cpuUsage()
const took: Record<string, number> = {}
function note(part: string): void {
  const before = Object.values(took).reduce((sum, seconds) => sum + seconds, 0)
  took[part] = (performance.now() - begin) / 1_000 - before
}

const plan = planPayouts(withdrawals, 1n << 90n, UNIT)
const rules = { unit: UNIT, fees: { clearingBps: 500, tipBps: 250 } }
const leaves = leavesOf(accounts, backing, plan.byAddress, rules, saltMaker('a secret of the bench', 1))
note('leaves')
const records = plan.batches.map(packPayouts)
const payouts = buildPayoutTree(records.map((record, i) => batchHash(domain, 1, i, record)))
for (const i of records.keys()) payouts.proof(i)
note('batches')

const depth = depthFor(BigInt(leaves.length - 1), 0)
const nodes = new Map<string, TreeNode>()
const file = openSync(FILE, 'w')
const tree = await publishTree(
  { head: { chainId: CHAIN_ID, vault: VAULT, number: 1, depth }, domain, leaves, records },
  async (first, last) => {
    const readers = new Map<bigint, Uint8Array[]>()
    for (let i = Number(first); i <= Number(last); i++)
      readers.set(BigInt(i), [secrets.subarray(i * 32, (i + 1) * 32)])
    return readers
  },
  {
    leaves: async () => {},
    nodes: async (some) => {
      for (const node of some) nodes.set(`${node.level}/${node.index}`, node)
    },
    part: async (_part, text) => {
      writeSync(file, text)
    },
  },
)
closeSync(file)
note('tree')

for (let i = 0; i < PROOFS; i++) {
  const at = Math.floor((i * leaves.length) / PROOFS)
  const [leaf] = leaves.slice(at, at + 1) as [Leaf]
  const needs = proofNeeds(leaf.index, depth)
  const places = leaves.slice(Number(needs.first), Number(needs.end)).map(placeOf)
  const siblings = needs.nodes.flatMap(({ level, index }) => nodes.get(`${level}/${index}`) ?? [])
  const top = climb(placeOf(leaf), proofFrom(leaf.index, depth, places, siblings))
  if (top?.root !== tree.root || top.total !== tree.gross)
    throw new Error(`the proof of ${leaf.index} leads elsewhere`)
}
note('proofs')

function placeOf(leaf: Leaf) {
  return { index: leaf.index, hash: leafHash(domain, leaf), sum: leafSum(leaf) }
}

const seconds = (performance.now() - begin) / 1_000
const cpu = process.cpuUsage(cpuBefore)
const peakKiB = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1])
process.send!({
  ...tree,
  gross: String(tree.gross),
  seconds,
  took,
  cpuSeconds: (cpu.user + cpu.system) / 1e6,
  peakRssMiB: peakKiB / 1_024,
})
process.disconnect()
