import { unserved } from './unserved.ts'

/** Prints the OpenAPI document. */
const { app, close } = await unserved()
process.stdout.write(`${JSON.stringify(app.swagger(), null, 2)}\n`)
await close()
