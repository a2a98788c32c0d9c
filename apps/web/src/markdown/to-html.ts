import { Marked, type Tokens } from 'marked'

const TEXT: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => TEXT[sign]!)

/** Where a link of an article may lead; null: nowhere. The browser's own reading of it decides. */
function leadsTo(href: string): string | null {
  const url = URL.parse(href.trim())
  return url && /^(https?|mailto):$/.test(url.protocol) ? url.href : null
}

function link(href: string, inside: string): string {
  const to = leadsTo(href)
  if (to === null) return inside
  return `<a href="${escaped(to)}" rel="noopener noreferrer nofollow ugc" target="_blank">${inside}</a>`
}

const marked = new Marked({
  gfm: true,
  renderer: {
    // What a member wrote as HTML is shown as they wrote it.
    html: (token: Tokens.HTML | Tokens.Tag) =>
      token.block ? `<p>${escaped(token.text.trim())}</p>\n` : escaped(token.text),
    link({ href, tokens }: Tokens.Link) {
      return link(href, this.parser.parseInline(tokens))
    },
    // Nothing is loaded from elsewhere by reading: an image is a link to it.
    image: ({ href, text }: Tokens.Image) => link(href, escaped(text || href)),
    checkbox: ({ checked }: Tokens.Checkbox) => (checked ? '☑ ' : '☐ '),
    // The page has its h1 already.
    heading({ tokens, depth }: Tokens.Heading) {
      const level = Math.min(depth + 1, 6)
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`
    },
    code: ({ text }: Tokens.Code) => `<pre><code>${escaped(text)}\n</code></pre>\n`,
  },
})

/** An article as HTML that holds no tag, attribute or address but those made here. It is sanitised all the same. */
export const toHtml = (markdown: string): string => marked.parse(markdown, { async: false })
