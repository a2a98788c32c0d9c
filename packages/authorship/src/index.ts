export {
  type ArchiveCheck,
  type ArchiveHead,
  type ArchiveLine,
  archiveWords,
  createArchiveCheck,
  isArchiveSignature,
} from './archive.ts'
export { type ChainCheck, createChainCheck } from './check-chain.ts'
export { type Entry, type EntryKey, readEntry } from './entry.ts'
export { contentHash, postHash, postingKeyHash, signerOf } from './hashes.ts'
export {
  type Content,
  DOMAIN,
  NO_POST,
  POST_TYPES,
  POSTING_KEY_TYPES,
  type PostingKeyStatement,
  type PostPlace,
  postMessage,
} from './typed-data.ts'
