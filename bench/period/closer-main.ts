import { readFileSync } from 'node:fs'
import { createPool } from '@rivulet/db'
import { rulesFrom } from '@rivulet/economy'
import { closePeriod } from '@rivulet/worker/periods'

/* The worker's close of a period, in a process of its own. Says how long it took and how much memory it had at most. */

const pool = createPool(process.env.DATABASE_URL!, { max: 2 })
const begin = performance.now()
const { interactions, paid } = await closePeriod({ pool, rules: rulesFrom({}) }, BigInt(process.env.PERIOD!))
const seconds = (performance.now() - begin) / 1_000
const peakKiB = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1])
await pool.end()
process.send!({ seconds, interactions, paid: String(paid), peakRssMiB: peakKiB / 1_024 })
process.disconnect()
