import { Copy } from '../shell/copy.tsx'

/** A transaction, to be looked up wherever one trusts: the network names no explorer. */
export function TxHash({ hash }: { hash: string }) {
  return (
    <span class="hash">
      <code title={hash}>
        {hash.slice(0, 10)}…{hash.slice(-6)}
      </code>{' '}
      <Copy text={hash} what="The hash" />
    </span>
  )
}
