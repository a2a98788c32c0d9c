// What a browser needs to check its member's own proof; nothing here needs Node.
export { domainSeparator } from './domain.ts'
export { type Leaf, leafHash, leafSum } from './leaf.ts'
export { climb, STEP } from './sum-tree.ts'
