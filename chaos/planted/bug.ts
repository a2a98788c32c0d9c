import type { Edit } from './copy.ts'

/** A bug that somebody might have written, and the part of the harness that must see it. */
export type Bug = {
  name: string
  /** Where it was met, or what it costs. */
  why: string
  edits: Edit[]
  /** Arguments of `npm run chaos:settlement`. */
  run: string[]
  /** A program of the copy, run after the edits. */
  prepare?: string
}

export const PARTS = {
  calm: ['--only', 'calm', '--scale', '0.1'],
  reorgs: ['--only', 'reorgs', '--history', 'reorgs 0', '--scale', '0.05'],
  manyReorgs: ['--only', 'reorgs', '--history', 'reorgs 0', '--scale', '0.12'],
  pastFinality: ['--only', 'reorgs', '--history', 'past finality', '--scale', '0.4'],
  dropped: ['--only', 'pool', '--history', 'dropped 0', '--scale', '0.05'],
  resurrected: ['--only', 'pool', '--history', 'resurrected 0', '--scale', '0.08'],
  vetoes: ['--only', 'vetoes', '--scale', '0.1'],
  snapshot: ['--only', 'snapshots', '--history', 'old snapshot', '--scale', '0.1'],
  fault: (name: string) => ['--only', 'faults', '--history', `faults ${name}`, '--scale', '0.1'],
  killAt: (point: string) => ['--only', 'kills', '--history', 'kills worker', '--point', point],
}
