import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'

/** A Chromium of this machine; undefined where there is none. */
export const CHROMIUM = [process.env.CHROMIUM_BIN, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path && existsSync(path),
)

if (!CHROMIUM && process.env.REQUIRE_BROWSER === '1')
  throw new Error('the page must be tested in a browser, and there is none: apt-get install chromium')

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox', '--disable-dev-shm-usage'] })

/** A page of somebody's own browser, and everything it did that it must not. */
export type Visit = { page: Page; faults: string[]; close(): Promise<void> }

type Options = {
  /** The only others that may be asked. */
  origins: string[]
  phone?: boolean
  colorScheme?: 'light' | 'dark'
  /** What is done to the browser's page before it opens anything. */
  before?: (page: Page) => Promise<void>
}

/** Refusals that are part of the story: the browser itself writes a line for each. */
const REFUSALS = /Failed to load resource: the server responded with a status of (401|404|409|422)/

/** Opens the page as somebody new. Scripts that fail, what the policy refuses and requests to strangers are faults. */
export async function visit(browser: Browser, url: string, options: Options): Promise<Visit> {
  const { origins, phone = false, colorScheme = 'light', before } = options
  const context = await browser.newContext({
    colorScheme,
    viewport: phone ? { width: 390, height: 844 } : { width: 1100, height: 900 },
    hasTouch: phone,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const faults: string[] = []
  const allowed = new Set([new URL(url).origin, ...origins.map((origin) => new URL(origin).origin)])
  page.on('pageerror', (error) => faults.push(`an error in the page: ${error.stack}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !REFUSALS.test(message.text())) faults.push(message.text())
  })
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url())
    if (/^https?:$/.test(protocol) && !allowed.has(origin)) faults.push(`asked ${request.url()}`)
  })
  await before?.(page)
  await page.goto(url)
  return { page, faults, close: () => context.close() }
}
