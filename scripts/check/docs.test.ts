import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
]

test.for(pages.filter((name) => name.endsWith('.md')))('%s names files that are there', (page) => {
  const text = readFileSync(join(root, page), 'utf8')
  const named = [
    ...text.matchAll(/`((?:apps|packages|scripts|bench|chaos|test|prisma|examples)\/[\w./-]+\.\w+)`/g),
  ]
  expect(named.map(([, file]) => file!).filter((file) => !existsSync(join(root, file)))).toEqual([])
})
