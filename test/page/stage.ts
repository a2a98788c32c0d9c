import type { Browser, Page } from 'playwright-core'
import { ensurePage } from '../../scripts/page/build.ts'
import { openScene, type Scene } from '../scene.ts'
import { openBrowser, type Visit, visit } from './browser.ts'
import { member, type PageMember } from './member.ts'

/** A stack that serves the page as it is built now, and a browser in front of it. */
export type Stage = {
  scene: Scene
  browser: Browser
  /** Opens the page as somebody new, who has no session yet. */
  visits(options?: Look): Promise<Visit>
  /** Opens it and signs in with a throw-away wallet. */
  comes(options?: Look): Promise<PageMember>
  /** Everything that any of them did and must not. */
  faults(): string[]
  close(): Promise<void>
}

type Look = { phone?: boolean; colorScheme?: 'light' | 'dark'; before?: (page: Page) => Promise<void> }

export async function openStage(): Promise<Stage> {
  await ensurePage()
  const [scene, browser] = await Promise.all([openScene(), openBrowser()])
  const all: Visit[] = []
  const visits = async (options: Look = {}): Promise<Visit> => {
    const one = await visit(browser, scene.url, { origins: [scene.stack.rpcUrl], ...options })
    all.push(one)
    return one
  }
  return {
    ...{ scene, browser, visits },
    async comes(options) {
      const one = member((await visits(options)).page)
      await one.signsIn()
      return one
    },
    faults: () => all.flatMap(({ faults }) => faults),
    async close() {
      await browser.close()
      await scene.close()
    },
  }
}
