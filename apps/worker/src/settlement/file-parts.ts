import type { Tx } from '@rivulet/db'

const PART = 1 << 20

/** Keeps an epoch's leaf file, in parts of at most 1 MiB, as it is published. It is ASCII. */
export async function insertFileParts(tx: Tx, epoch: number, file: string): Promise<void> {
  for (let part = 0; part * PART < file.length; part++)
    await tx.query('insert into epoch_file_parts (epoch, part, text) values ($1, $2, $3)', [
      epoch,
      part,
      file.slice(part * PART, (part + 1) * PART),
    ])
}
