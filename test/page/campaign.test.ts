import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Scene } from '../scene.ts'
import { CHROMIUM } from './browser.ts'
import type { PageMember } from './member.ts'
import { openStage, type Stage } from './stage.ts'

describe.skipIf(!CHROMIUM)('a sponsor and who looks', () => {
  let scene: Scene
  let stage: Stage
  let sam: PageMember
  let bob: PageMember

  beforeAll(async () => {
    stage = await openStage()
    scene = stage.scene
    const alice = await scene.person('alice')
    for (const text of ['The river is high today.', 'It fell in the night.'])
      await alice.call('POST', '/v1/posts', { kind: 'note', text })
  })
  afterAll(() => stage?.close())

  test('sam has no money yet: the page says so, and what to do', async () => {
    sam = await stage.comes()
    const { page } = sam
    await page.goto(`${scene.url}/campaigns`)
    await page.getByText('You have none yet. Make the first below.').waitFor()
    await page.getByLabel('Budget').fill('1')
    await page.getByRole('link', { name: 'Deposit more' }).waitFor()
    expect(await page.getByRole('button', { name: 'Pay 1 tUSD, and begin' }).isDisabled()).toBe(true)
  })

  test('he deposits and makes a campaign, and knows before he pays what it buys', async () => {
    await sam.deposits('10')
    const { page } = sam
    await page.goto(`${scene.url}/campaigns`)
    await page.getByLabel('Title').fill('Bread of the morning')
    await page.getByLabel('What it says').fill('Baked at four, at your door by six.')
    await page.getByLabel('Where it leads').fill('https://bread.example/morning')
    await page.getByLabel('Budget').fill('1.001')
    await page.getByLabel('Price per view').fill('0.005')
    // 1.001 / 0.005 = 200.2
    await page.getByText('Buys 200 views, and 0.001 tUSD stay over').waitFor()
    const parts = await page.locator('.plan li').allInnerTexts()
    expect(parts.map((part) => part.split(' ')[0])).toEqual(['0.0015', '0.0025', '0.0005', '0.0005'])
    await page.getByRole('button', { name: 'Pay 1.001 tUSD, and begin' }).click()
    await page.getByRole('heading', { level: 1, name: 'Bread of the morning' }).waitFor()
    await page.getByText('It has not been shown yet.').waitFor()
    expect(await page.title()).toBe('Bread of the morning · Rivulet')
  })

  test('bob looks at it for a second, and is paid', async () => {
    bob = await stage.comes({ phone: true })
    await bob.deposits('6')
    await bob.page.goto(`${scene.url}/latest`)
    const card = bob.page.getByRole('article', { name: 'Sponsored' })
    await card.getByText('Bread of the morning').waitFor()
    await card.scrollIntoViewIfNeeded()
    await card.getByText('+0.0015 tUSD for you, +0.0025 tUSD in your budget').waitFor()
  })

  test('the report has his view, where its price went, and the day', async () => {
    const { page } = sam
    await page.getByRole('button', { name: 'Read again' }).click()
    await page.locator('.campaign-facts div', { hasText: 'Paid views' }).getByText('1').waitFor()
    const facts = await page.locator('.campaign-facts dd').allInnerTexts()
    expect(facts.slice(0, 3)).toEqual(['1', '0.005 tUSD', '0.996 tUSD'])
    await page.getByText('0.0015 tUSD to whoever sees it').waitFor()
    await page.locator('canvas').waitFor()
    await page.getByText('The same as a table').click()
    await page.getByRole('button', { name: /^Doubt 2/ }).click()
    await page.getByRole('textbox', { name: /^What is wrong with/ }).fill('Nobody reads at night.')
    await page.getByRole('button', { name: 'Have it looked at' }).click()
    await page.getByText('You doubt it: Nobody reads at night.').waitFor()
  })

  test('closing gives the rest back', async () => {
    const { page } = sam
    await page.getByText('0.996 tUSD come back to your available').waitFor()
    await page.getByRole('button', { name: 'Close, and have the rest back' }).click()
    await page.getByText('0.996 tUSD of 1.001 came back to you.').waitFor()
    // 10 − 0.005
    await page.getByRole('link', { name: 'Wallet 9.995 tUSD' }).waitFor()
    await page.goto(`${scene.url}/campaigns`)
    await page.locator('.campaign-line', { hasText: 'closed' }).waitFor()
  })

  test('nothing failed, and the books are right', async () => {
    expect(stage.faults()).toEqual([])
    await scene.lawsHold()
  })
})
