import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toHtml } from './to-html.ts'

/** Every tag this room makes, as it makes it. Whatever else begins with `<` came from a member. */
const MADE =
  /^<(\/?(p|h[2-6]|ul|ol( start="\d+")?|li|blockquote|pre|code|em|strong|del|table|thead|tbody|tr|t[hd]( align="(left|right|center)")?)|br|hr|\/a|a href="(https?|mailto):[^"<>]*" rel="noopener noreferrer nofollow ugc" target="_blank")>/

function isHarmless(html: string): boolean {
  for (let at = html.indexOf('<'); at !== -1; at = html.indexOf('<', at + 1))
    if (!MADE.test(html.slice(at))) return false
  return true
}

const ATTACKS = [
  '<img src=x onerror=alert(1)>',
  'hello <img src=x onerror=alert(1)> there',
  '<script>alert(1)</script>',
  '<svg/onload=alert(1)>',
  '[a](javascript:alert(1))',
  '[a](JaVa\tScript:alert(1))',
  '[a](&#106;avascript:alert(1))',
  '[a](data:text/html,<script>alert(1)</script>)',
  '[a](vbscript:x "title\\" onmouseover=alert(1)")',
  '[a](https://example.com/"onmouseover="alert(1))',
  '<javascript:alert(1)>',
  '![a](javascript:alert(1))',
  '![<img src=x onerror=alert(1)>](https://example.com/a.png)',
  '```html"><script>alert(1)</script>\n<b>x</b>\n```',
  '`<b>x</b>`',
  '| a |\n|---|\n| <script>x</script> |',
  '- [ ] <input autofocus onfocus=alert(1)>',
  '[ref]\n\n[ref]: javascript:alert(1)',
  '<a href="javascript:alert(1)">x</a>',
  '<details open ontoggle=alert(1)>',
  '<!--><img src=x onerror=alert(1)>-->',
  '# <iframe srcdoc="<script>alert(1)</script>">',
  '<p style="position:fixed">',
]

test.each(ATTACKS)('%s stays text', (attack) => {
  const html = toHtml(attack)
  expect(isHarmless(html), html).toBe(true)
})

test('whatever a member puts together stays text', () => {
  const pieces = fc.constantFrom(
    ...ATTACKS,
    ...[
      '<',
      '>',
      '"',
      "'",
      '&',
      '`',
      '```',
      '\n',
      '\n\n',
      '    ',
      '[',
      ']',
      '](',
      ')',
      '![',
      '*',
      '_',
      '|',
      '# ',
      '> ',
    ],
    ...[
      'javascript:',
      'https://example.com/',
      'onerror=',
      '<b',
      '&lt;',
      '&#60;',
      '\\',
      '- ',
      '1. ',
      '<a href=',
    ],
  )
  const text = fc.array(fc.oneof(pieces, fc.string({ maxLength: 5 })), { maxLength: 25 })
  fc.assert(
    fc.property(text, (parts) => isHarmless(toHtml(parts.join('')))),
    { numRuns: 1_000 },
  )
})

test('an article looks as its author meant it to', () => {
  expect(toHtml('# Rivers\n\nThey *flow*, **always**.')).toBe(
    '<h2>Rivers</h2>\n<p>They <em>flow</em>, <strong>always</strong>.</p>\n',
  )
  expect(toHtml('[sea](https://example.com/a?b=1&c=2)')).toContain(
    '<a href="https://example.com/a?b=1&amp;c=2" rel="noopener noreferrer nofollow ugc" target="_blank">sea</a>',
  )
  expect(toHtml('```\na < b\n```')).toBe('<pre><code>a &lt; b\n</code></pre>\n')
})

test('an image is a link to it, and loads nothing', () => {
  const html = toHtml('![a river](https://example.com/river.png)')
  expect(html).not.toContain('<img')
  expect(html).toContain('href="https://example.com/river.png"')
  expect(html).toContain('>a river</a>')
})
