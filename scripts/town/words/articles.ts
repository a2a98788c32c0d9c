import { readFileSync } from 'node:fs'
import type { Writing } from './writing.ts'

const textOf = (file: string): string =>
  readFileSync(new URL(`articles/${file}.md`, import.meta.url), 'utf8').trim()

/** Longer pieces, in Markdown, published after the notes. */
export const ARTICLES: Writing[] = [
  {
    ...{ key: 'rye', by: 'marta', tags: ['bread'], title: 'A rye loaf that forgives you' },
    text: textOf('rye'),
  },
  {
    ...{ key: 'level', by: 'lotte', tags: ['river', 'tinkering'], title: 'How we read the river' },
    splits: [
      ['lotte', 5_000],
      ['emil', 5_000],
    ],
    text: textOf('level'),
  },
  {
    ...{
      key: 'first-set',
      by: 'otis',
      tags: ['radio'],
      title: 'Bringing a silent radio back',
      price: '0.25',
    },
    text: textOf('radio'),
  },
  {
    ...{ key: 'welcome', by: 'wanda', tags: ['library'], title: 'A short guide to this town' },
    text: textOf('welcome'),
  },
]
