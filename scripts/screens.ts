import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { openBrowser, visit } from '../test/page/browser.ts'
import { member, type PageMember } from '../test/page/member.ts'
import { startStack } from './compose.ts'
import { ensurePage } from './page/build.ts'
import { handleOf } from './town/people.ts'
import type { Seeded } from './town/seed.ts'
import { startTown } from './town/start.ts'

/*
 * Pictures of the page for the README: an embedded stack with the demo town, and a newcomer who looks around in it, in light
 * and in dark. Writes `docs/screens/<page>-<light|dark>.png`. Needs a Chromium.
 */

const FOLDER = fileURLToPath(new URL('../docs/screens', import.meta.url))

/** Where a picture is taken, by its name. */
const pagesOf = ({ posts }: Seeded): Record<string, string> => ({
  feed: '/latest',
  home: '/home',
  trending: '/trending',
  thread: `/posts/${posts.get('gauge') ?? [...posts.values()][0]}`,
  profile: `/members/${handleOf('lotte')}`,
  search: '/search?q=bread',
  tag: '/tags/bread',
  bookmarks: '/bookmarks',
  report: `/report?post=${posts.get('gauge') ?? [...posts.values()][0]}`,
  compose: '/compose',
  notifications: '/notifications',
  wallet: '/wallet',
  deposit: '/wallet/deposit',
  withdraw: '/wallet/withdraw',
  statement: '/wallet/statement',
  exit: '/wallet/exit',
  campaigns: '/campaigns',
  transparency: '/transparency',
  rules: '/rules',
  settings: '/settings',
})

/** What a newcomer does before they look around. @returns pages that only they have */
async function settleIn(newcomer: PageMember, greeting: string): Promise<Record<string, string>> {
  const { page } = newcomer
  await newcomer.signsIn()
  await newcomer.deposits('20')
  await newcomer.sets('2')
  await newcomer.writes(`${greeting} I am new here. Which of you bakes the bread?`)
  await page.getByRole('link', { name: /Notifications, [1-9]/ }).waitFor()
  const post = await newcomer.finds(greeting)
  await post.locator('details.menu > summary').click()
  await post.getByRole('button', { name: 'Bookmark' }).click()
  await page.getByText('Bookmarked.').waitFor()
  await newcomer.makesCampaign('Bread of the morning')
  const campaign = new URL(page.url()).pathname
  await page.goto(new URL('/wallet/deposit', page.url()).href)
  const transaction = await page
    .getByRole('link', { name: /^Transaction 0x/ })
    .first()
    .getAttribute('href')
  return { campaign, transaction: transaction! }
}

async function shoot(
  browser: Browser,
  url: string,
  rpcUrl: string,
  pages: Record<string, string>,
): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page, close } = await visit(browser, url, { origins: [rpcUrl], colorScheme })
    const own = await settleIn(member(page), colorScheme === 'light' ? 'Good morning!' : 'Good evening!')
    for (const [name, path] of Object.entries({ ...pages, ...own })) {
      await page.goto(url + path)
      await page.locator('main h1').first().waitFor({ state: 'attached' })
      await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' })
      await page.locator('.notices p').first().waitFor({ state: 'detached' })
      await page.screenshot({
        path: join(FOLDER, `${name}-${colorScheme}.png`),
      })
      console.log(`${name}, ${colorScheme}`)
    }
    await close()
  }
}

await ensurePage()
mkdirSync(FOLDER, { recursive: true })
const stack = await startStack()
const town = startTown({ stack, say: console.log })
const browser = await openBrowser()
try {
  const seeded = await town.seeded
  if (!seeded) throw new Error('there is no town to take pictures of')
  await shoot(browser, stack.url, stack.rpcUrl, pagesOf(seeded))
} finally {
  await browser.close()
  await town.stop()
  await stack.stop()
}
