import { Wallet } from 'ethers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Scene } from '../scene.ts'
import { CHROMIUM, type Visit } from './browser.ts'
import { type InjectedWallet, injectedWallet } from './injected-wallet.ts'
import { member } from './member.ts'
import { openStage, type Stage } from './stage.ts'

const NANO = 1_000_000_000n

describe.skipIf(!CHROMIUM)("carol with her browser's own wallet", () => {
  const key = Wallet.createRandom()
  let scene: Scene
  let stage: Stage
  let wallet: InjectedWallet
  let carol: Visit

  beforeAll(async () => {
    stage = await openStage()
    scene = stage.scene
    await scene.stranger('POST', '/v1/dev/faucet', { address: key.address })
    wallet = injectedWallet(key, scene.stack.rpcUrl, scene.network.chain.id)
    carol = await stage.visits({ before: (page) => wallet.inject(page) })
  })
  afterAll(async () => {
    wallet?.close()
    await stage?.close()
  })

  test('says no to the sign-in: the page says that nothing was done, and she can try again', async () => {
    const { page } = carol
    wallet.refuses = true
    await page.getByRole('button', { name: 'Join in' }).click()
    await page.getByRole('button', { name: 'Test Wallet' }).click()
    await page.getByText('You refused it in your wallet. Nothing was done.').waitFor()
    wallet.refuses = false
    await page.getByRole('button', { name: 'Test Wallet' }).click()
    await page.getByRole('link', { name: /^Wallet/ }).waitFor()
    expect(wallet.asked).toEqual(['personal_sign', 'personal_sign'])
    const { id } = await scene.stranger<{ id: string }>('GET', `/v1/members/${key.address}`)
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('deposits by two transactions that the wallet sends; a refused one moves nothing', async () => {
    const { page } = carol
    await page.getByRole('button', { name: 'Later' }).click()
    await page.goto(`${scene.url}/wallet/deposit`)
    await page.getByLabel('Amount').fill('12.5')
    wallet.refuses = true
    await page.getByRole('button', { name: 'Deposit', exact: true }).click()
    await page.getByText('You refused it in your wallet. Nothing was done.').waitFor()
    expect(await scene.chain.balanceOf(key.address)).toBe(100n * NANO)
    wallet.refuses = false
    await page.getByRole('button', { name: 'Deposit', exact: true }).click()
    await page.locator('.step.done', { hasText: 'Available' }).waitFor()
    expect(await scene.chain.balanceOf(key.address)).toBe(87_500_000_000n)
  })

  test('withdraws to another address with her signature', async () => {
    const { page } = carol
    const elsewhere = Wallet.createRandom().address
    await page.goto(`${scene.url}/wallet/withdraw`)
    await page.getByLabel('Amount').fill('2')
    await page.getByLabel('another address').check()
    await page.getByRole('textbox', { name: /^Address/ }).fill(elsewhere)
    await page.getByRole('button', { name: 'Withdraw', exact: true }).click()
    await page.locator('[data-status="held"]').waitFor()
    expect(wallet.asked.at(-1)).toBe('eth_signTypedData_v4')
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.locator('[data-status="cancelled"]').waitFor()
  })

  test('the API is killed and comes back: the page says so, keeps what she wrote, and goes on by itself', async () => {
    const { page } = carol
    await page.goto(`${scene.url}/latest`)
    await page.getByText('Nobody has written yet. Be the first.').waitFor()
    await page.getByPlaceholder('What is on your mind?').fill('written while nobody listens')
    const before = carol.faults.length
    await scene.stack.api.kill()
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByText('The server does not answer. What you see is as of before').waitFor()
    expect(await page.getByPlaceholder('What is on your mind?').inputValue()).toBe(
      'written while nobody listens',
    )
    await scene.stack.api.restart()
    await page
      .getByText('The server does not answer. What you see is as of before')
      .waitFor({ state: 'detached' })
    // What the browser says of a server that is not there.
    const said = carol.faults.splice(before)
    expect(said.filter((one) => !/ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY|status of 503/.test(one))).toEqual(
      [],
    )
    const publish = page.getByRole('button', { name: 'Publish' })
    if (await publish.isEnabled()) await publish.click()
    await page.getByText('Published.').waitFor()
    await member(page).finds('written while nobody listens')
  })

  test('nothing failed, and the books are right', async () => {
    expect(carol.faults).toEqual([])
    await scene.lawsHold()
  })
})
