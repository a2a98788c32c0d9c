// A child for the guardian's tests: says when it starts and ends; `stubborn` does not end, `slow` takes its time.
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
say('started')
