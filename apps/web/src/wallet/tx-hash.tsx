import { network } from '../network/network.ts'
import { Copy } from '../shell/copy.tsx'

/** A transaction, to be looked up: with the explorer that the network names, else in this page, which asks the chain. */
export function TxHash({ hash }: { hash: string }) {
  const explorer = network.value?.chain.explorerUrl
  const name = (
    <>
      Transaction{' '}
      <code title={hash}>
        {hash.slice(0, 10)}…{hash.slice(-6)}
      </code>
    </>
  )
  return (
    <span class="hash">
      {explorer === undefined ? (
        <a href={`/transactions/${hash}`}>{name}</a>
      ) : (
        <a href={`${explorer}/tx/${hash}`} rel="noopener noreferrer" target="_blank">
          {name}
        </a>
      )}{' '}
      <Copy text={hash} what="The hash" />
    </span>
  )
}
