import { ProblemError } from '@rivulet/sdk'

/** 100 test dollars and some test ether for an address: there is a faucet on the embedded chain only. @throws ProblemError */
export async function useFaucet(address: string): Promise<void> {
  const answer = await fetch('/v1/dev/faucet', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ address }),
  })
  if (!answer.ok) throw new ProblemError(await answer.json(), answer)
}
