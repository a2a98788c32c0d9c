import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

type Finding = { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }

/** What keeps somebody from using what is shown. Source: axe-core, WCAG 2.2 A and AA. */
export async function barriersOn(page: Page): Promise<string[]> {
  await page.locator('main h1').first().waitFor({ state: 'attached' })
  await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' })
  await page.evaluate(AXE)
  const violations = (await page.evaluate('axe.run().then(({ violations }) => violations)')) as Finding[]
  const found = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary}`)
  const headings = await page.locator('h1').count()
  if (headings !== 1) found.push(`${headings} headings of the page`)
  const wide = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'))
  if (wide > 0) found.push(`${wide} pixels wider than the screen`)
  return found
}
