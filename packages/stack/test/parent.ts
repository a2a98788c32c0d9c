import { startChild } from '../src/processes/child.ts'
import { startGuardian } from '../src/processes/guardian.ts'
import { temporaryFolder } from '../src/testing/temporary.ts'

// A parent for the guardian's tests: starts what it is told to, says who they are, and waits to be killed.
const [logFile, ...programs] = process.argv.slice(2) as [string, ...string[]]
const folder = temporaryFolder('parent')
const children = []
for (const program of programs) {
  const [name, rank, graceMs] = program.split(':') as [string, string, string]
  const child = new URL('./child.ts', import.meta.url).pathname
  children.push(
    await startChild({
      ...{ name, rank: Number(rank), graceMs: Number(graceMs), signal: 'SIGTERM' },
      ...{ command: process.execPath, args: [child, name], env: {}, logFile },
    }),
  )
}
console.log(JSON.stringify({ guardian: startGuardian(), folder, pids: children.map(({ pid }) => pid) }))
setInterval(() => {}, 60_000)
