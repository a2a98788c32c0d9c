import type { JsonRpcProvider } from 'ethers'
import type { Chain } from './chain.ts'

/** Endpoints gave different answers to one question: at least one of them is wrong, and nothing tells which. */
export class EndpointsDisagree extends Error {}

const SHOWN = 160

/**
 * The answer that all endpoints give; undefined, where one of them answers undefined: it does not have it yet, and is
 * waited for. Whatever one of them throws is thrown: who is silent has not agreed.
 * @param what names the question in the error
 * @param ask its answer is compared as JSON, bigints by their digits
 * @throws EndpointsDisagree
 */
export async function agreed<T>(
  { endpoints }: Pick<Chain, 'endpoints'>,
  what: string,
  ask: (endpoint: JsonRpcProvider) => Promise<T>,
): Promise<T> {
  const answers: T[] = await Promise.all(endpoints.map(ask))
  const missing = answers.indexOf(undefined as T)
  if (missing !== -1) return answers[missing]!
  const texts = answers.map((answer) => JSON.stringify(answer, digits))
  const other = texts.findIndex((text) => text !== texts[0])
  if (other !== -1) throw new EndpointsDisagree(`${what}: ${difference(texts[0] ?? '', texts[other] ?? '')}`)
  return answers[0]!
}

/** The hash of a block, as all endpoints have it; undefined, when one does not have the block. */
export function agreedHash(chain: Pick<Chain, 'endpoints'>, number: number): Promise<string | undefined> {
  return agreed(
    chain,
    `block ${number}`,
    async (endpoint) => (await endpoint.getBlock(number))?.hash ?? undefined,
  )
}

const digits = (_: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)

/** Two texts from a little before where they part. */
function difference(a: string, b: string): string {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  const cut = (text: string) => text.slice(Math.max(at - 40, 0), at + SHOWN)
  return `${cut(a)} at the first, ${cut(b)} at the second`
}
