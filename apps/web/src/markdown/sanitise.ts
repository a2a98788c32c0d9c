import DOMPurify from 'dompurify'

const TAGS = [
  ...[
    'p',
    'br',
    'hr',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'ul',
    'ol',
    'li',
    'blockquote',
    'pre',
    'code',
    'em',
    'strong',
  ],
  ...['del', 'a', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
]

/** The one place where HTML becomes a part of the page: as nodes, of few tags, with links that are harmless. */
export function sanitise(html: string): DocumentFragment {
  return DOMPurify.sanitize(html, {
    ...{ ALLOWED_TAGS: TAGS, ALLOWED_ATTR: ['href', 'rel', 'target', 'align', 'start'] },
    ...{ ALLOWED_URI_REGEXP: /^(https?|mailto):/i, ALLOW_DATA_ATTR: false, ALLOW_ARIA_ATTR: false },
    RETURN_DOM_FRAGMENT: true,
  })
}
