import type { Reporter } from 'vitest/node'

/** Says at the end of a run, where it is read, that nothing was tried in a browser. */
export const saysThatPagesWereSkipped: Reporter = {
  onTestRunEnd(files) {
    const skipped = files.filter(
      (file) => file.moduleId.includes('/test/page/') && file.state() === 'skipped',
    )
    if (skipped.length === 0) return
    console.warn(
      `SKIPPED: ${skipped.length} files of test/page. There is no Chromium to try the page in: apt-get install chromium`,
    )
  },
}
