export type ReplayArguments = { file: string; limit: number }

export const USAGE = `usage: npm run replay -- FILE [--limit N]

  FILE       one interaction a line: source, target and Unix time, separated by blanks
  --limit N  live the first N lines only`

/** Reads the command line. Answers what is wrong with it, if anything, as a sentence. */
export function argumentsOf(argv: string[]): ({ ok: true } & ReplayArguments) | { ok: false; fault: string } {
  const files: string[] = []
  let limit = Number.POSITIVE_INFINITY
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i] as string
    const [option, inline] = argument.split('=', 2) as [string, string | undefined]
    if (option === '--limit') {
      const value = inline ?? argv[++i]
      if (value === undefined || !/^[1-9]\d{0,8}$/.test(value))
        return { ok: false, fault: `--limit takes a whole number from 1 on, not ${value ?? 'nothing'}` }
      limit = Number(value)
    } else if (argument.startsWith('-')) return { ok: false, fault: `there is no option ${option}` }
    else files.push(argument)
  }
  const [file, ...more] = files
  if (file === undefined) return { ok: false, fault: 'which file?' }
  if (more.length > 0) return { ok: false, fault: `one file at a time: ${files.join(', ')}` }
  return { ok: true, file, limit }
}
