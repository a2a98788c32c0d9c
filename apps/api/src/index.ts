export { buildApp, type Room } from './app.ts'
export { type Config, configFrom } from './config.ts'
export { closeDeps, createDeps, type Deps } from './deps.ts'
