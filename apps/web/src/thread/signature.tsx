import type { Post } from '../posts/post.ts'

/** That a post was signed by its author's wallet, and how anybody checks it. */
export function Signature({ of: { signed, author, id } }: { of: Post }) {
  if (!signed) return null
  return (
    <details class="signature">
      <summary>✓ Signed by its author</summary>
      <p class="hint">
        The wallet of the author{signed.key && ', through a posting key,'} signed these words, so nobody else
        can have put them there or changed them. This is number {signed.seq + 1} in the chain of what they
        signed; each holds the hash of the one before.
      </p>
      <dl>
        <dt>Hash</dt>
        <dd>
          <code>{signed.hash}</code>
        </dd>
        <dt>Signature</dt>
        <dd>
          <code>{signed.signature}</code>
        </dd>
        <dt>{signed.key ? 'Posting key' : 'Wallet'}</dt>
        <dd>
          <code>{signed.key ?? author.address}</code>
        </dd>
      </dl>
      <p class="hint">
        Check it yourself, without trusting this server's word: save{' '}
        <a href={`/v1/members/${author.id}/log?limit=100`} target="_blank" rel="noopener">
          the log of what they signed
        </a>
        , each page of it on a line of one file, and run{' '}
        <code>npm run verify-posts -- --file FILE --author {author.address}</code>. This post is{' '}
        <code>{id}</code> in it.
      </p>
    </details>
  )
}
