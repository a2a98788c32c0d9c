import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { HDNodeWallet, JsonRpcProvider, type TransactionReceipt } from 'ethers'
import { foundryBinary } from './binaries.ts'

/** A fresh chain on a free port, with ten keys that hold ether. Each transaction has a block of its own. */
export type Chain = {
  provider: JsonRpcProvider
  /** Keys of anvil's well-known test mnemonic. */
  wallets: HDNodeWallet[]
  /** The receipt of a transaction that was sent. */
  mined(hash: string): Promise<TransactionReceipt>
  /** Moves the clock on, and makes a block. */
  skip(seconds: number): Promise<void>
  /** Does something, and takes the chain back to where it was before. */
  undone<Result>(doing: () => Promise<Result>): Promise<Result>
  stop(): Promise<void>
}

const mnemonic = 'test test test test test test test test test test test junk'

export async function startChain(): Promise<Chain> {
  const anvil = spawn(
    foundryBinary('anvil'),
    ['--host', '127.0.0.1', '--port', '0', '--mnemonic', mnemonic],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const kill = () => anvil.kill('SIGKILL') // it keeps nothing, so nothing is lost
  process.once('exit', kill)
  const provider = new JsonRpcProvider(await listening(anvil), undefined, {
    staticNetwork: true,
    cacheTimeout: -1,
    pollingInterval: 15,
  })
  return {
    provider,
    wallets: Array.from({ length: 10 }, (_, i) =>
      HDNodeWallet.fromPhrase(mnemonic, undefined, `m/44'/60'/0'/0/${i}`).connect(provider),
    ),
    // Asks for the receipt itself: `wait()` counts blocks, and `undone` makes their numbers go backwards.
    async mined(hash) {
      for (;;) {
        const receipt = await provider.getTransactionReceipt(hash)
        if (receipt !== null) return receipt
        await setTimeout(5)
      }
    },
    async skip(seconds) {
      await provider.send('evm_increaseTime', [seconds])
      await provider.send('evm_mine', [])
    },
    async undone(doing) {
      const before = await provider.send('evm_snapshot', [])
      try {
        return await doing()
      } finally {
        await provider.send('evm_revert', [before])
      }
    },
    async stop() {
      provider.destroy()
      process.off('exit', kill)
      const ended = once(anvil, 'exit')
      if (kill()) await ended
    },
  }
}

/** Keeps reading what anvil says: with a full pipe it would stop and wait for ever. */
function listening(anvil: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let said = ''
    anvil.stdout!.on('data', (chunk) => {
      if (said.includes('Listening on')) return
      said += chunk
      const address = /Listening on (127\.0\.0\.1:\d+)/.exec(said)?.[1]
      if (address !== undefined) found(`http://${address}`)
    })
    anvil.once('error', failed)
    anvil.once('exit', () => failed(new Error(`anvil ended before it listened: ${said}`)))
  })
}
