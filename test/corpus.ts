/** No amount of money that could be moved: what it is, and how it is sent. */
export const AMOUNTS: [what: string, amount: unknown][] = [
  ['negative', '-1'],
  ['zero', '0'],
  ['zero with places', '0.000'],
  ['huge', '1000000000'],
  ['beyond 64 bits', '99999999999999999999999999999999'],
  ['scientific', '1e3'],
  ['not a number', 'NaN'],
  ['infinite', 'Infinity'],
  ['of ten places', '0.0000000001'],
  ['a number', 1],
  ['a fraction as a number', 0.5],
  ['empty', ''],
  ['blank', ' 1'],
  ['with a newline', '1\n'],
  ['signed', '+1'],
  ['padded', '01'],
  ['with a bare point', '1.'],
  ['without a whole part', '.5'],
  ['with a comma', '1,5'],
  ['hexadecimal', '0x10'],
  ['in other digits', '١'],
  ['null', null],
  ['true', true],
  ['a list', ['1']],
  ['an object', { value: '1' }],
]

const tooLong = 'a'.repeat(100_000)
/** Not a text anybody could have written here, whatever it is for. */
export const TEXTS: [what: string, text: unknown][] = [
  ['with a NUL', 'a\0b'],
  ['with a lone high surrogate', 'a\ud800b'],
  ['with a lone low surrogate', '\udc00'],
  ['of 100,000 characters', tooLong],
  ['of 100,000 characters of four bytes', '🌊'.repeat(100_000)],
  ['a number', 7],
  ['a list', ['a']],
]
