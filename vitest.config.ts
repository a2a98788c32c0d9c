import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { saysThatPagesWereSkipped } from './test/page/skipped.ts'

// Many tests start the shipped programs, again and again: Node need not compile them each time.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url))

/** Test files that need a process of their own. */
const ALONE = [
  // It reckons with all the time its process and the children of it have worked.
  'bench/harness/cpu.test.ts',
  // They look at who is whose child, at guardians, and at what is left of it all.
  'chaos/settlement.test.ts',
  'packages/stack/src/processes/*.test.ts',
  'scripts/stack/*.test.ts',
  'scripts/start.test.ts',
  // It waits for programs without letting its process do anything else.
  'bench/smoke.test.ts',
]

const common = {
  testTimeout: 120_000,
  hookTimeout: 180_000,
  pool: 'forks',
} as const

const NOT_OURS = ['**/node_modules/**', '**/forge-out/**']

export default defineConfig({
  test: {
    reporters: ['default', saysThatPagesWereSkipped],
    globalSetup: ['packages/stack/src/testing/global-setup.ts'],
    // Three on two cores, since many tests wait for blocks: `--maxWorkers` or VITEST_MAX_WORKERS say otherwise.
    maxWorkers: 3,
    projects: [
      { test: { ...common, name: 'alone', include: ALONE, exclude: NOT_OURS } },
      // One process after the other file: what they import is loaded once a worker, not once a file.
      {
        test: {
          ...common,
          name: 'shared',
          isolate: false,
          include: ['packages', 'apps', 'scripts', 'bench', 'chaos', 'test'].map(
            (room) => `${room}/**/*.test.ts`,
          ),
          exclude: [...NOT_OURS, ...ALONE],
        },
      },
    ],
  },
})
