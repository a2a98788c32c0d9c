import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// Many tests start the shipped programs, again and again: Node need not compile them each time.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url))

export default defineConfig({
  test: {
    include: ['packages', 'apps', 'scripts', 'bench', 'chaos', 'test'].map((room) => `${room}/**/*.test.ts`),
    exclude: ['**/node_modules/**', '**/forge-out/**'],
    globalSetup: ['packages/stack/src/testing/global-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    pool: 'forks',
    maxWorkers: 3,
  },
})
