import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { faultsOf } from './direction.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rivulet-direction-'))
  for (const room of ['ledger', 'contracts', 'db', 'economy', 'stack', 'sdk', 'authorship'])
    mkdirSync(join(root, 'packages', room), { recursive: true })
  for (const room of ['api', 'worker', 'web']) mkdirSync(join(root, 'apps', room), { recursive: true })
})
afterEach(() => rmSync(root, { recursive: true }))

function write(file: string, text: string) {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), text)
}

test('imports along the arrows are fine', () => {
  write(
    'apps/api/src/a.ts',
    `import { act } from '@rivulet/economy'\nimport Fastify from 'fastify'\nimport './b.ts'\n`,
  )
  write(
    'packages/db/src/a.ts',
    `import { PrismaPg } from '@prisma/adapter-pg'\nexport { x } from '@rivulet/ledger'\n`,
  )
  write('packages/economy/src/a.test.ts', `import { testDatabase } from '@rivulet/stack'\n`)
  expect(faultsOf(root)).toEqual([])
})

test.each([
  ['packages/ledger/src/a.ts', `import { createPool } from '@rivulet/db'`],
  ['packages/economy/src/a.ts', `export * from '@rivulet/api'`],
  ['packages/economy/src/a.ts', `import { testDatabase } from '@rivulet/stack'`],
  ['packages/economy/src/a.ts', `import { PrismaClient } from '@prisma/client'`],
  ['packages/db/src/a.ts', `import '../../economy/src/index.ts'`],
  ['apps/web/src/a.tsx', `import { act } from '@rivulet/economy'`],
  ['apps/worker/src/a.ts', `const api = await import('@rivulet/api')`],
  ['apps/worker/src/a.ts', `import type { FastifyInstance } from 'fastify'`],
  ['apps/api/src/a.ts', `import { createClient } from '@rivulet/sdk'`],
  ['packages/sdk/src/a.ts', `import type { Amount } from '@rivulet/ledger'`],
  ['apps/api/src/a.ts', `import {\n  Queue,\n} from 'bullmq'`],
])('%s must not say %s', (file, text) => {
  write(file, `// a comment first\n${text}\n`)
  expect(faultsOf(root)).toMatchObject([{ file, line: expect.any(Number) }])
})
