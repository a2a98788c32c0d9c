import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { HDNodeWallet, JsonRpcProvider, NonceManager, type Signer } from 'ethers'
import { type DeployOptions, deployContracts } from '../src/deploy.ts'
import { foundryBinary } from './binaries.ts'

/** A fresh chain on a free port, with ten keys that hold ether. Each transaction has a block of its own. */
export type TestChain = {
  provider: JsonRpcProvider
  /** Key number `i` of anvil's well-known test mnemonic, with its nonces counted here. */
  signer(i: number): Signer
  address(i: number): string
  /** Moves the clock of the next block on. */
  skip(seconds: number): Promise<void>
  stop(): Promise<void>
}

const mnemonic = 'test test test test test test test test test test test junk'

export async function startChain(): Promise<TestChain> {
  const anvil = spawn(
    foundryBinary('anvil'),
    ['--host', '127.0.0.1', '--port', '0', '--mnemonic', mnemonic],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const provider = new JsonRpcProvider(await listening(anvil), undefined, {
    staticNetwork: true,
    cacheTimeout: -1,
    pollingInterval: 15,
  })
  const wallets = Array.from({ length: 10 }, (_, i) =>
    HDNodeWallet.fromPhrase(mnemonic, undefined, `m/44'/60'/0'/0/${i}`).connect(provider),
  )
  const signers = wallets.map((wallet) => new NonceManager(wallet))
  return {
    provider,
    signer: (i) => signers[i]!,
    address: (i) => wallets[i]!.address,
    async skip(seconds) {
      await provider.send('evm_increaseTime', [seconds])
      await provider.send('evm_mine', [])
    },
    async stop() {
      provider.destroy()
      if (anvil.exitCode !== null) return
      anvil.kill('SIGTERM')
      await once(anvil, 'exit')
    },
  }
}

/** Deploys with key 0; keys 1 to 3 are operator, guardian and treasurer. */
export function deployTo(chain: TestChain, options: Partial<DeployOptions> = {}) {
  return deployContracts(chain.signer(0), {
    admin: chain.address(0),
    operator: chain.address(1),
    guardian: chain.address(2),
    treasurer: chain.address(3),
    ...options,
  })
}

async function listening(anvil: ChildProcess): Promise<string> {
  let said = ''
  for await (const chunk of anvil.stdout!) {
    said += chunk
    const address = /Listening on (127\.0\.0\.1:\d+)/.exec(said)?.[1]
    if (address !== undefined) {
      anvil.stdout!.resume()
      return `http://${address}`
    }
  }
  throw new Error(`anvil ended before it listened: ${said}`)
}
