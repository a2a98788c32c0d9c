import { Wallet } from 'ethers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Scene } from '../scene.ts'
import { CHROMIUM } from './browser.ts'
import type { PageMember } from './member.ts'
import { openStage, type Stage } from './stage.ts'

const NANO = 1_000_000_000n

describe.skipIf(!CHROMIUM)('two members side by side', () => {
  let scene: Scene
  let stage: Stage
  let alice: PageMember
  let bob: PageMember

  beforeAll(async () => {
    stage = await openStage()
    scene = stage.scene
  })
  afterAll(() => stage?.close())

  test('alice writes; bob, on a phone, likes it, and she sees it without doing anything', async () => {
    alice = await stage.comes()
    bob = await stage.comes({ phone: true })
    await bob.deposits('20')
    await bob.sets('1')
    await alice.writes('The river is high today.')
    await alice.page.goto(`${scene.url}/wallet`)
    await alice.page.getByText('Nothing yet in these 30 days').waitFor()

    const post = await bob.finds('The river is high today.')
    await post.getByRole('button', { name: 'Like, 0 so far' }).click()
    await post.getByRole('button', { name: 'Like, 1 so far' }).waitFor()
    await bob.page.getByText('0.0005 tUSD from you to').waitFor()

    await alice.page.locator('.tick', { hasText: '+0.0005' }).waitFor({ state: 'attached' })
    await alice.page.getByRole('link', { name: 'Notifications, 1 unread' }).waitFor()
  })

  test('bob tips; her chart shows it', async () => {
    const post = await bob.finds('The river is high today.')
    await post.getByRole('button', { name: 'Tip' }).click()
    const dialog = bob.page.getByRole('dialog')
    await dialog.getByRole('button', { name: '5', exact: true }).click()
    // 2.5 % of 5
    await dialog.getByText('0.125 tUSD').waitFor()
    await dialog.getByText('4.875 tUSD').waitFor()
    await dialog.getByRole('button', { name: 'Tip 5 tUSD' }).click()
    await bob.page.getByText('4.875 tUSD arrived at').waitFor()

    await alice.page.getByText('4.8755 tUSD in 30 days, before clearing fees.').waitFor()
    await alice.page.getByText('The same as a table').click()
    const cells = alice.page.locator('table td')
    await expect
      .poll(() => cells.allInnerTexts())
      .toEqual(expect.arrayContaining(['0.0005', '4.875', '4.8755']))
    expect(await alice.page.locator('canvas').count()).toBe(1)
  })

  test('she withdraws, and the chain has it', async () => {
    const { page } = alice
    const wallet = new Wallet(await alice.key())
    expect(await scene.chain.balanceOf(wallet.address)).toBe(100n * NANO)
    await page.getByRole('navigation', { name: 'Parts of the wallet' }).getByText('Withdraw').click()
    await page.getByLabel('Amount').fill('4')
    await page.getByRole('button', { name: 'Withdraw', exact: true }).click()
    await page.locator('[data-status="requested"], [data-status="settling"]').waitFor()
    await page.locator('[data-status="confirmed"]', { hasText: 'Paid out' }).waitFor()
    expect(await scene.chain.balanceOf(wallet.address)).toBe(104n * NANO)
  })

  test('she opens its transaction, and reads on the chain that the vault paid her', async () => {
    const { page } = alice
    const confirmed = page.locator('[data-status="confirmed"]', { hasText: 'Paid out' })
    await confirmed.getByRole('link', { name: /^Transaction 0x/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Transaction' }).waitFor()
    await page.locator('[data-status="done"]').waitFor()
    await page.locator('.transfers li', { hasText: '4 tUSD from the vault to you' }).waitFor()
    const hash = new URL(page.url()).pathname.split('/')[2]!
    const receipt = await scene.chain.provider.getTransactionReceipt(hash)
    expect(receipt?.status).toBe(1)
    await page.locator('dd', { hasText: `${receipt!.blockNumber}, ` }).waitFor()
  })

  test('one that nobody sent is told as such', async () => {
    const { page } = alice
    await page.goto(`${scene.url}/transactions/0x${'ab'.repeat(32)}`)
    await page.getByText('The node knows no such transaction.').waitFor()
    await page.goto(`${scene.url}/transactions/0xab`)
    await page.getByText('A hash is 0x and 64 hex digits').waitFor()
  })

  test('she does not take our word for it: her leaf, its path and the reserves are right by the chain', async () => {
    const { page } = alice
    await page.goto(`${scene.url}/transparency`)
    await page.getByRole('button', { name: 'Check it yourself' }).click()
    await page.locator('[data-verdict="equal"]', { hasText: 'Equal.' }).waitFor()
    await page.getByRole('button', { name: 'Verify in this page' }).click()
    await page.locator('.proof-steps').waitFor()
    const steps = await page
      .locator('.proof-steps li')
      .evaluateAll((all) => all.map((step) => [step.getAttribute('data-step'), step.getAttribute('data-ok')]))
    expect(steps).toEqual(['leaf', 'path', 'root', 'sum', 'reserves'].map((step) => [step, 'true']))
  })

  test('nothing failed in either page, nobody else was asked, and the books are right', async () => {
    expect(stage.faults()).toEqual([])
    await scene.lawsHold()
  })
})
