import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { PoolEconomy } from '../../packages/economy/test/model/planted.ts'
import { inserted } from './document.ts'
import { exitCodeOf, FULL, playLikes, SMALL } from './likes.ts'
import { picture } from './picture.ts'
import { likesTable, viewsTable } from './tables.ts'
import { playViews } from './views.ts'

/**
 * npm run sim:abuse: what rings gain by likes under five rules, and what they take from sponsors. Writes the tables into
 * docs/ECONOMY.md and the picture beside it. Exit code 1 when a ring gains by likes under a rule of ours.
 *
 * --small     a small network, and writes nothing
 * --planted   a wrong rule in the place of ours, and writes nothing: the exit code is 1
 */
const flags = process.argv.slice(2)
const unknown = flags.find((flag) => !['--small', '--planted'].includes(flag))
if (unknown) throw new Error(`no such flag: ${unknown}; there are --small and --planted`)
const size = flags.includes('--small') ? SMALL : FULL
const likes = playLikes(size, flags.includes('--planted') ? PoolEconomy : undefined)
const views = playViews(size.rings)
const tables = { likes: likesTable(likes), views: viewsTable(size.rings, views) }
console.log(
  `What a ring gains by likes among ${size.honest} honest members who bring 1.00 each:\n\n${tables.likes}\n`,
)
console.log(`What a ring takes from sponsors a day:\n\n${tables.views}`)

if (flags.length === 0) {
  const document = fileURLToPath(new URL('../../docs/ECONOMY.md', import.meta.url))
  writeFileSync(document, inserted(readFileSync(document, 'utf8'), tables))
  writeFileSync(fileURLToPath(new URL('../../docs/abuse.svg', import.meta.url)), picture(likes))
}
process.exitCode = exitCodeOf(likes)
