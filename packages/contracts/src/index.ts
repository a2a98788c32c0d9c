export { artifacts, contractsVersion } from './artifacts.ts'
export {
  batchHash,
  MAX_BATCHES,
  MAX_PAYOUTS_PER_BATCH,
  type Payout,
  packPayouts,
  splitIntoBatches,
  unpackPayouts,
} from './batch.ts'
export { type Deployment, type DeployOptions, deployContracts, deployDefaults } from './deploy.ts'
export {
  type Authorization,
  dollarContract,
  dollarInterface,
  encodeApprove,
  encodeMint,
  encodeSetBlocked,
  encodeTransfer,
  type Permit,
  permitTypedData,
  receiveAuthorizationTypedData,
  type TokenDomain,
  type TypedData,
} from './dollar.ts'
export { domainSeparator, type VaultDomain, vaultDomain } from './domain.ts'
export { hmacSha256 } from './hkdf.ts'
export { type KeccakStream, keccakStream } from './keccak-stream.ts'
export { type Leaf, leafHash, leafSum } from './leaf.ts'
export { decodeLeaf, encodeLeaf, LEAF_BYTES } from './leaf-bytes.ts'
export { openLeaf, SECRET_BYTES, sealLeaf } from './leaf-cipher.ts'
export {
  batchLine,
  headLine,
  LeafFileFault,
  type LeafFileHead,
  type LeafFileSummary,
  placeLine,
  readLeafFile,
} from './leaf-file.ts'
export { type KeptTree, leafProof, type ProvenLeaf } from './leaf-proof.ts'
export { buildPayoutTree, type PayoutTree } from './payout-tree.ts'
export { type LeavesToSeal, type SealedPlaces, sealPlaces } from './sealed-places.ts'
export { KEPT_LEVEL, proofFrom, proofNeeds } from './stored-proof.ts'
export { buildSumTree, climb, MAX_DEPTH, type Place, type SumTree, verifyPlace } from './sum-tree.ts'
export { SumTreeBuilder, type TreeNode } from './tree-builder.ts'
export * from './vault.ts'
export { parseVaultRevert, type VaultRevert } from './vault-errors.ts'
export { parseVaultEvent, type VaultEvent, vaultTopics } from './vault-events.ts'
export {
  type AccountState,
  type Head,
  readAccount,
  readVault,
  type Totals,
  type VaultState,
} from './vault-state.ts'
