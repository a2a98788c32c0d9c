/*
 * Who and what the examples of the document are about. The addresses are the test cases of EIP-55; nobody should send
 * money there.
 */

export const ALICE = {
  id: '01932c5e-7d3a-7c63-9c1e-6f1f6b0c2a11',
  handle: 'alice',
  displayName: 'Alice',
  address: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
} as const

export const BOB = {
  id: '01932c60-1b7e-7d02-8a44-0c9be5d1f7a2',
  handle: 'bob',
  displayName: 'Bob',
  address: '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
} as const

/** Sponsor of bread, and a moderator. */
export const CAROL = { id: '01932c61-52f0-7b19-93d6-b1a7c84e0d35' } as const

/** Alice's post, a comment on it, and whatever else has an id. */
export const POST = '01932c63-0a4d-7e8f-b2c7-5d60f19a3e48'
export const REPLY = '01932c64-9c21-7f35-a871-e24f06d7b9c1'
export const ID = '01932c66-71b8-7a4c-8e03-92d5c6f1a0b7'

export const AT = '2026-01-31T12:00:00.000Z'
export const LATER = '2026-01-31T12:10:00.000Z'

export const VAULT = '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB'
export const TOKEN = '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb'
/** A key that signs for alice. */
export const KEY = '0x52908400098527886E0F7030069857D2E4169EE7'

export const HASH = `0x${'5a'.repeat(32)}`
export const TX = `0x${'c4'.repeat(32)}`
export const SIGNATURE = `0x${'3f'.repeat(32)}${'1d'.repeat(32)}1b`
