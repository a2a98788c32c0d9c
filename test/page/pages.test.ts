import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../../scripts/outside/until.ts'
import type { Scene } from '../scene.ts'
import { barriersOn } from './barriers.ts'
import { CHROMIUM, visit } from './browser.ts'
import { member } from './member.ts'
import { openStage, type Stage } from './stage.ts'

/** Some twenty pages, each looked at as a whole. */
const ALL_PAGES_MS = 300_000

/** Where anybody can be, and where a member can. */
const OPEN = ['/latest', '/trending', '/search?q=river', '/tags/river', '/transparency', '/rules', '/nowhere']
const MEMBERS = [
  ...[
    '/home',
    '/latest',
    '/compose',
    '/notifications',
    '/bookmarks',
    '/settings',
    '/campaigns',
    '/transparency',
  ],
  ...['/wallet', '/wallet/deposit', '/wallet/withdraw', '/wallet/statement', '/wallet/exit'],
]

describe.skipIf(!CHROMIUM)('every page', () => {
  let scene: Scene
  let stage: Stage
  let own: string[] = []

  beforeAll(async () => {
    stage = await openStage()
    scene = stage.scene
    const dave = await scene.person('dave', 1_000_000_000n)
    const note = { kind: 'note', text: 'The #river is high today.' }
    const { id } = await dave.call<{ id: string }>('POST', '/v1/posts', { ...note, tags: ['river'] })
    await dave.call('POST', '/v1/posts', { kind: 'note', text: 'It is.', replyTo: id })
    const article = {
      kind: 'article',
      title: 'On bridges',
      text: '# Bridges\n\nA [list](https://bread.example):\n\n- one\n- two',
    }
    const written = await dave.call<{ id: string }>('POST', '/v1/posts', article)
    // What the page of the settlements is made of.
    type Epochs = { data: { status: string }[] }
    await until('a settlement is active', async () => {
      const { data } = await scene.stranger<Epochs>('GET', '/v1/settlement/epochs')
      return data.some(({ status }) => status === 'active' || status === 'settled')
    })
    const deposits = await dave.call<{ data: { txHash: string }[] }>('GET', '/v1/wallet/deposits')
    const transaction = `/transactions/${deposits.data[0]!.txHash}`
    own = [transaction, `/posts/${id}`, `/posts/${written.id}`, `/members/${dave.id}`, `/report?post=${id}`]
  })
  afterAll(() => stage?.close())

  test.each([
    ['light', false],
    ['dark', true],
  ] as const)(
    'can be used by everybody and on a phone, in %s',
    async (colorScheme, phone) => {
      const { page } = await stage.visits({ colorScheme, phone })
      const barriers: Record<string, unknown> = {}
      const see = async (what: string) => {
        const found = await barriersOn(page)
        if (found.length > 0) barriers[what] = found
      }
      const look = async (path: string) => {
        await page.goto(scene.url + path)
        await see(path)
      }
      for (const path of [...OPEN, ...own]) await look(path)

      await page.goto(`${scene.url}/latest`)
      await page
        .getByRole('button', { name: /^(Sign in|Join in)$/ })
        .first()
        .click()
      await see('the dialog to sign in')
      await page.getByRole('button', { name: 'Not now' }).click()
      const somebody = member(page)
      await somebody.signsIn()
      for (const path of MEMBERS) await look(path)

      // Once more with something on them.
      await somebody.deposits('6')
      await somebody.makesCampaign('Bread of the morning')
      await see('a campaign')
      const post = await somebody.finds('The #river is high today.')
      await post.getByRole('button', { name: /^Like, / }).click()
      await post.getByRole('button', { name: 'Tip' }).click()
      await see('the dialog of a tip')
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('button', { name: '1', exact: true }).click()
      await dialog.getByRole('button', { name: 'Tip 1 tUSD' }).click()
      await page.getByText(/arrived at/).waitFor()
      for (const path of ['/wallet', '/wallet/statement', '/wallet/deposit', '/campaigns', ...own])
        await look(path)
      expect(barriers).toEqual({})
    },
    ALL_PAGES_MS,
  )

  test('what somebody new loads is less than 100 kB of JavaScript', async () => {
    const { page, faults, close } = await visit(stage.browser, 'about:blank', { origins: [scene.url] })
    const sizes: number[] = []
    page.on('response', (answer) => {
      const { 'content-type': type = '', 'content-length': length } = answer.headers()
      if (type.includes('javascript')) sizes.push(Number(length))
    })
    // As gzip: brotli would be smaller still.
    await page.setExtraHTTPHeaders({ 'accept-encoding': 'gzip' })
    await page.goto(scene.url)
    await page.getByText('The #river is high today.').waitFor()
    expect(sizes.every((size) => size > 0)).toBe(true)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(100_000)
    console.log(`JavaScript of a first load: ${sizes.reduce((sum, size) => sum + size, 0)} bytes of gzip`)
    expect(faults).toEqual([])
    await close()
  })

  test('nothing failed', () => {
    expect(stage.faults()).toEqual([])
  })
})
