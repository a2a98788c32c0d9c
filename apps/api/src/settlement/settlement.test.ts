import { expect, test } from 'vitest'
import { call, person } from '../../test/people.ts'
import { asOwner, world } from '../../test/world.ts'

const hash = (byte: string) => `0x${byte.repeat(32)}`

/** Epochs 1 to `count`, settled, of one empty leaf each; what the first one said is no longer kept. */
const seed = (count: number) => `
  insert into epochs (number, status, root, payout_root, gross, authorised_total, depth, deposits_seen, payout_total,
    expected_executed, data_hash, snapshot_block, snapshot_legs)
  select n, 'settled', '${hash('aa')}', '${hash('00')}', 2500000, 0, 4, 3000000, 500000, '0x0', '${hash('bb')}', 7, 0
  from generate_series(1, ${count}) as n;
  insert into epoch_batches (epoch, index, records, total, tx_hash)
  select n, 0, '0x', 500000, '${hash('cc')}' from generate_series(1, ${count}) as n;
  insert into epoch_file_parts (epoch, part, text)
  select n, p, repeat(chr(96 + p), 10) from generate_series(2, ${count}) as n, generate_series(1, 2) as p;
  update epoch_file_parts set part = part - 1`

test('epochs are listed newest first, and each says what it pays and where its file is', async () => {
  const { app, database } = await world()
  await asOwner(database.adminUrl, seed(3))
  const first = await call(app, 'GET', '/v1/settlement/epochs?limit=2')
  expect(first.body.data.map((epoch: { number: number }) => epoch.number)).toEqual([3, 2])
  const rest = await call(app, 'GET', `/v1/settlement/epochs?limit=2&cursor=${first.body.nextCursor}`)
  expect(rest.body).toMatchObject({ data: [{ number: 1 }], nextCursor: null })

  expect((await call(app, 'GET', '/v1/settlement/epochs/2')).body).toMatchObject({
    ...{
      number: 2,
      status: 'settled',
      root: hash('aa'),
      gross: '2.5',
      payoutTotal: '0.5',
      depositsSeen: '3',
    },
    ...{ dataHash: hash('bb'), commitTx: null, activateTx: null },
    leavesUrl: 'https://rivulet.test/v1/settlement/epochs/2/leaves',
    batches: [{ index: 0, total: '0.5', txHash: hash('cc') }],
  })
  const none = await call(app, 'GET', '/v1/settlement/epochs/4')
  expect([none.status, none.body.code]).toEqual([404, 'epoch_not_found'])
  expect((await call(app, 'GET', '/v1/settlement/epochs/0')).status).toBe(422)
})

test('the leaf file is served whole, with its hash, once; what is no longer kept says so', async () => {
  const { app, database } = await world()
  await asOwner(database.adminUrl, seed(2))
  const path = '/v1/settlement/epochs/2/leaves'
  const { status, headers, body } = await call(app, 'GET', path)
  expect([status, body]).toEqual([200, 'aaaaaaaaaabbbbbbbbbb'])
  expect(headers).toMatchObject({ etag: `"${hash('bb')}"`, 'content-length': '20' })
  const again = await call(app, 'GET', path, undefined, { 'if-none-match': `"${hash('bb')}"` })
  expect([again.status, again.body]).toEqual([304, ''])

  const alice = await person(app)
  for (const what of ['leaves', 'proof']) {
    const pruned = await alice.get(`/v1/settlement/epochs/1/${what}`)
    expect([pruned.status, pruned.body.code]).toEqual([404, 'epoch_pruned'])
    expect(pruned.body.detail).toContain('last 48 epochs')
  }
  const nobody = await alice.get('/v1/settlement/epochs/2/proof')
  expect([nobody.status, nobody.body.code]).toEqual([404, 'leaf_not_found'])
  expect((await call(app, 'GET', '/v1/settlement/epochs/2/proof')).status).toBe(401)
})
