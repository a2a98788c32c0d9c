import { defineConfig } from 'vitest/config'

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
