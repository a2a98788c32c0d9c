import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { createServer } from 'node:net'
import { basename, dirname, join } from 'node:path'

/**
 * Holds a file for this process alone, until it ends however it ends: two signers with one journal would each count half.
 * An abstract socket of Linux has no file to be left behind; elsewhere, and between containers, it holds nothing.
 *
 * @throws Error when another process holds it
 */
export async function holdAlone(file: string): Promise<void> {
  if (process.platform !== 'linux') return
  const name = createHash('sha256')
    .update(join(realpathSync(dirname(file)), basename(file)))
    .digest('hex')
    .slice(0, 32)
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => reject(new Error(`another signer has ${file}: two must not share a journal`)))
    server.listen(`\0rivulet-signer-${name}`, resolve)
  })
  server.unref()
}
