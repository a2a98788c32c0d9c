import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Child, startChild } from '../processes/child.ts'
import { lastLines } from '../processes/log.ts'
import { freePort } from '../processes/ports.ts'
import { rank } from '../processes/stopping.ts'
import { findAnvil } from './binary.ts'
import { keepChain } from './keeper.ts'
import { rpc } from './rpc.ts'
import { prepareState, stateFiles } from './state.ts'

export interface ChainOptions {
  /** Holds its state and its log. */
  dir: string
  /** Whether the state is saved every second and taken up again at the next start. */
  keep?: boolean
  /** Where it listens on 127.0.0.1; without it, on a free port. */
  port?: number
  /** Seconds between blocks, fractions too; null: a block with each transaction, and none without. */
  blockTime?: number | null
  chainId?: number
  /** A block is final so many blocks later, an even number; default 2. */
  finalAfter?: number
  /** Of the keeper: see there. */
  idleAfterMs?: number
}

/** A running EVM chain. No key of it is unlocked, and none of its accounts has anything until it is given. */
export interface Chain extends Child {
  port: number
  rpcUrl: string
  chainId: number
  /** As given at the start. */
  blockTime: number | null
}

export const EMBEDDED_CHAIN_ID = 31337

const START_TIMEOUT_MS = 60_000

/**
 * Starts anvil on 127.0.0.1 and returns when it answers. A block is final two of its epochs later.
 *
 * @throws StartRefused where there is no anvil; an Error with the end of its log when it does not come up.
 */
export async function startChain(options: ChainOptions): Promise<Chain> {
  const { dir, keep = false, blockTime = 1, chainId = EMBEDDED_CHAIN_ID, finalAfter = 2 } = options
  mkdirSync(dir, { recursive: true })
  const files = stateFiles(dir)
  const continues = keep && prepareState(files)
  const logFile = join(dir, 'chain.log')
  const port = options.port ?? (await freePort())
  const child = await startChild({
    name: 'chain',
    command: findAnvil(),
    args: [
      ...[
        '--host',
        '127.0.0.1',
        '--port',
        String(port),
        '--chain-id',
        String(chainId),
        '--hardfork',
        'osaka',
      ],
      ...['--accounts', '0', '--slots-in-an-epoch', String(finalAfter / 2), '--quiet'],
      // The states of the last blocks stay in memory, for reading at a final block; none is put on disk.
      ...['--prune-history', '128'],
      ...(blockTime === null ? [] : ['--block-time', String(blockTime)]),
      ...(continues ? ['--load-state', files.loading] : []),
      ...(keep ? ['--dump-state', files.left] : []),
    ],
    env: { PATH: process.env.PATH, HOME: dir },
    ...{ cwd: dir, logFile, rank: rank.chain, signal: 'SIGTERM', graceMs: 20_000 },
  })
  const rpcUrl = `http://127.0.0.1:${port}`
  if (!(await answers(child, rpcUrl))) {
    await child.kill()
    throw new Error(`The chain did not start. The end of ${logFile}:\n${lastLines(logFile)}`)
  }
  // A loaded chain has the state of its newest block only. Two more, and what is final can be read.
  if (continues) for (let i = 0; i < 3; i++) await rpc(rpcUrl, 'evm_mine')
  rmSync(files.loading, { force: true })
  const stop = child.stop
  const chain: Chain = Object.assign(child, { port, rpcUrl, chainId, blockTime })
  if (keep && blockTime !== null) {
    const keeper = keepChain({
      ...{ rpcUrl, files, blockTime },
      ...(options.idleAfterMs === undefined ? {} : { idleAfterMs: options.idleAfterMs }),
    })
    chain.stop = async () => {
      await keeper.stop()
      return stop()
    }
    child.exited.then(() => keeper.stop())
  }
  return chain
}

async function answers(child: Child, rpcUrl: string): Promise<boolean> {
  const deadline = performance.now() + START_TIMEOUT_MS
  while (child.exit === null && performance.now() < deadline) {
    try {
      await rpc(rpcUrl, 'eth_chainId')
      return true
    } catch {
      await sleep(20)
    }
  }
  return false
}
