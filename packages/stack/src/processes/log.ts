import { readFileSync } from 'node:fs'

/** The end of a log, for an error message. */
export function lastLines(file: string, most = 30): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-most).join('\n')
}
