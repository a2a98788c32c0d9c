import type { Page } from 'playwright-core'

/** What somebody does in the page, by what they read there. */
export const member = (page: Page) => ({
  page,
  async signsIn(): Promise<void> {
    await page
      .getByRole('button', { name: /^(Sign in|Join in)$/ })
      .first()
      .click()
    await page.getByRole('button', { name: 'Try it with a throw-away wallet' }).click()
    // Whoever goes to deposit before has nothing to deposit.
    await page.getByText('100 test dollars are in your wallet').waitFor()
    await page.getByRole('button', { name: 'Later' }).click()
  },
  async deposits(amount: string): Promise<void> {
    await page.goto(new URL('/wallet/deposit', page.url()).href)
    await page.getByLabel('Amount').fill(amount)
    await page.getByRole('button', { name: 'Deposit', exact: true }).click()
    await page.locator('.step.done', { hasText: 'vailable' }).waitFor()
  },
  async sets(amount: string): Promise<void> {
    await page.goto(new URL('/wallet', page.url()).href)
    await page.getByLabel('Set aside').fill(amount)
    await page.getByRole('button', { name: 'Set aside' }).click()
    await page.getByRole('button', { name: /^Take .* back$/ }).waitFor()
  },
  async writes(text: string): Promise<void> {
    await page.goto(new URL('/latest', page.url()).href)
    await page.getByPlaceholder('What is on your mind?').fill(text)
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByText('Published.').waitFor()
  },
  /** Pays 1.001 for views at 0.005 each. */
  async makesCampaign(title: string): Promise<void> {
    await page.goto(new URL('/campaigns', page.url()).href)
    await page.getByLabel('Title').fill(title)
    await page.getByLabel('What it says').fill('Baked at four, at your door by six.')
    await page.getByLabel('Where it leads').fill('https://bread.example/morning')
    await page.getByLabel('Budget').fill('1.001')
    await page.getByLabel('Price per view').fill('0.005')
    await page.getByRole('button', { name: 'Pay 1.001 tUSD, and begin' }).click()
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
  },
  /** The post in the latest feed that says so. */
  async finds(text: string) {
    await page.goto(new URL('/latest', page.url()).href)
    const post = page.locator('article.post', { hasText: text })
    await post.waitFor()
    return post
  },
  /** The private key of the throw-away wallet that the page keeps for them. */
  async key(): Promise<string> {
    return (await page.evaluate(() => localStorage.getItem('rivulet:throwaway'))) ?? ''
  },
})

export type PageMember = ReturnType<typeof member>
