import { spawnSync } from 'node:child_process'
import { testDatabase } from '@rivulet/stack'

/**
 * Do the migrations make the schema the models describe? Asked of a real database they were applied to, and of
 * Prisma's own shadow database.
 */
const { adminUrl, close } = await testDatabase()
try {
  const env = { ...process.env, MIGRATION_DATABASE_URL: adminUrl }
  prisma(['validate'], env)
  prisma(['migrate', 'diff', '--from-config-datasource', '--to-schema', 'prisma', '--exit-code'], env)
  prisma(
    ['migrate', 'diff', '--from-migrations', 'prisma/migrations', '--to-schema', 'prisma', '--exit-code'],
    env,
  )
  prisma(['migrate', 'status'], env)
} finally {
  await close()
}
// The cluster that was started for this ends with the process.
process.exit(process.exitCode ?? 0)

function prisma(args: string[], env: NodeJS.ProcessEnv): void {
  const { status, stdout, stderr } = spawnSync('prisma', args, { env, encoding: 'utf8' })
  if (status === 0) {
    console.log(`prisma ${args.slice(0, 3).join(' ')}: ok`)
    return
  }
  console.error(stdout, stderr)
  if (args[1] === 'diff') console.error('the models and the migrations differ: write a migration')
  process.exitCode = 1
}
