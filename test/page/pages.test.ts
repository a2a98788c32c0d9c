import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../../scripts/outside/until.ts'
import type { Scene } from '../scene.ts'
import { CHROMIUM, visit } from './browser.ts'
import { member } from './member.ts'
import { openStage, type Stage } from './stage.ts'

/** Some twenty pages, each looked at as a whole. */
const ALL_PAGES_MS = 300_000

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

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

type Finding = { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }

/** What keeps somebody from using what is shown. Source: axe-core, WCAG 2.2 A and AA. */
async function barriersOn(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  const found = (await page.evaluate('axe.run().then(({ violations }) => violations)')) as Finding[]
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary}`)
}

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
      const look = async (path: string) => {
        await page.goto(scene.url + path)
        await page.locator('main h1').first().waitFor({ state: 'attached' })
        await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' })
        const found = await barriersOn(page)
        const headings = await page.locator('h1').count()
        if (headings !== 1) found.push(`${headings} headings of the page`)
        const wide = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'))
        if (wide > 0) found.push(`${wide} pixels wider than the screen`)
        if (found.length > 0) barriers[path] = found
      }
      for (const path of [...OPEN, ...own]) await look(path)
      await page.goto(`${scene.url}/latest`)
      await member(page).signsIn()
      for (const path of [...MEMBERS, ...own]) await look(path)
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
