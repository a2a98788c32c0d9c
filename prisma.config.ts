import { fileURLToPath } from 'node:url'
import { defineConfig } from 'prisma/config'

// The CLI would otherwise download a native engine; this one runs the same engine's WASM build from npm.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= fileURLToPath(
  new URL('./scripts/schema-engine.mjs', import.meta.url),
)

export default defineConfig({
  schema: 'prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: {
    url:
      process.env.MIGRATION_DATABASE_URL ?? process.env.DATABASE_URL ?? 'postgresql://localhost:5432/unset',
  },
})
