import { concat, keccak256 } from 'ethers'
import vault from '../artifacts/SettlementVault.json' with { type: 'json' }
import dollar from '../artifacts/TestDollar.json' with { type: 'json' }

/** The compiled contracts as committed: `{ abi, bytecode, deployedBytecode, … }`. */
export const artifacts = { vault, dollar }

/**
 * Names the compiled contracts: 8 hex digits over their creation code. State of a chain made with other contracts
 * (another version) holds another vault than the bindings here expect.
 */
export const contractsVersion = keccak256(concat([vault.bytecode, dollar.bytecode])).slice(2, 10)
