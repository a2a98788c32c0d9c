import type { Worker } from 'node:cluster'
import type { FromPrimary, ToPrimary } from './messages.ts'

/** How long a process may take to say its metrics; without them the others' are told. */
const PATIENCE_MS = 1_000

type Round = { waiting: Set<number>; texts: string[]; end(): void }

/**
 * Passes on what processes have to say to each other: they have a channel to the primary only.
 *
 * @param listening those that could serve
 * @param serving those that do: who serves nobody has no limits to count
 * @returns what to call with each message of a process
 */
export function createRelay(
  listening: () => Worker[],
  serving: () => Worker[],
): (from: Worker, message: ToPrimary) => void {
  const rounds = new Map<number, Round>()
  let lastRound = 0

  function collect(asker: Worker, askedAs: number): void {
    const others = listening().filter((one) => one.id !== asker.id)
    const number = ++lastRound
    const end = () => {
      clearTimeout(timer)
      rounds.delete(number)
      tell(asker, { type: 'metrics', round: askedAs, texts: round.texts })
    }
    const timer = setTimeout(end, PATIENCE_MS)
    const round: Round = { waiting: new Set(others.map(({ id }) => id)), texts: [], end }
    rounds.set(number, round)
    for (const one of others) tell(one, { type: 'metrics-wanted', round: number })
    if (others.length === 0) end()
  }

  return (from, message) => {
    if (message.type === 'metrics-wanted') collect(from, message.round)
    else if (message.type === 'taken') {
      for (const one of serving()) if (one.id !== from.id) tell(one, message)
    } else if (message.type === 'metrics') {
      const round = rounds.get(message.round)
      if (!round?.waiting.delete(from.id)) return
      round.texts.push(message.text)
      if (round.waiting.size === 0) round.end()
    }
  }
}

/** Says something to a process; one that is about to end need not hear it. */
export function tell(worker: Worker, message: FromPrimary): void {
  if (worker.isConnected()) worker.send(message)
}
