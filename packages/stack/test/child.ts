import { spawn } from 'node:child_process'

// A child for the guardian's tests: says when it starts and ends; `stubborn` does not end, `slow` takes its time, and
// `leader` has a stubborn one of its own, which speaks for both.
const name = process.argv[2]!
const say = (what: string) => process.stdout.write(`${name} ${what}\n`)

process.on('SIGTERM', () => {
  say('asked')
  if (name === 'stubborn') return
  setTimeout(
    () => {
      say('ended')
      process.exit(0)
    },
    name === 'slow' ? 300 : 0,
  )
})
setInterval(() => {}, 60_000)
if (name === 'leader') spawn(process.execPath, [import.meta.filename, 'stubborn'], { stdio: 'inherit' })
else say('started')
