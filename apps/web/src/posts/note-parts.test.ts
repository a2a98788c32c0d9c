import fc from 'fast-check'
import { expect, test } from 'vitest'
import { partsOf } from './note-parts.ts'

const ALICE = { memberId: '01932c5e-7d3a-7c63-9c1e-6f1f6b0c2a11', handle: 'alice', address: '0x0' }

test('a mention behind an emoji is cut where its name is, for places count code points', () => {
  const parts = partsOf({ text: '👋🏽 @alice, hi', mentions: [{ ...ALICE, start: 3, end: 9 }] })
  expect(parts).toEqual([
    { text: '👋🏽 ' },
    { text: '@alice', leads: { to: '/members/alice', isOutside: false } },
    { text: ', hi' },
  ])
})

test('web addresses and tags are links, without the full stop behind them', () => {
  const parts = partsOf({ text: 'See https://example.com/a. #Rivers!', mentions: [] })
  expect(parts.filter(({ leads }) => leads)).toEqual([
    { text: 'https://example.com/a', leads: { to: 'https://example.com/a', isOutside: true } },
    { text: '#Rivers', leads: { to: '/tags/rivers', isOutside: false } },
  ])
})

test('nothing but http leads outside, and no script is an address', () => {
  const text =
    'javascript:alert(1) data:text/html,x <img src=x onerror=alert(1)> <a href="javascript:x">y</a>'
  expect(partsOf({ text, mentions: [] })).toEqual([{ text }])
})

test('together the parts are the text again, and each mention is whole', () => {
  const word = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 6 }),
    fc.constantFrom('👨‍👩‍👧', '#tag', 'https://example.com/x', ' ', '@', '🇪🇺', 'é'),
  )
  const pieces = fc.array(fc.tuple(word, fc.boolean()), { maxLength: 12 })
  fc.assert(
    fc.property(pieces, (some) => {
      let at = 0
      const mentions = []
      for (const [text, isMention] of some) {
        const end = at + [...text].length
        if (isMention && text !== '') mentions.push({ ...ALICE, start: at, end, named: text })
        at = end
      }
      const text = some.map(([one]) => one).join('')
      const parts = partsOf({ text, mentions })
      const named = parts.filter(({ leads }) => leads?.to === '/members/alice').map((part) => part.text)
      return (
        parts.map((part) => part.text).join('') === text &&
        named.join('\0') === mentions.map((one) => one.named).join('\0')
      )
    }),
  )
})
