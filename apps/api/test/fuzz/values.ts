import fc from 'fast-check'
import type { Document, Schema } from './document.ts'

/** What goes wrong somewhere: in a database, a parser, a regular expression, a sum. */
export const nasty: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...[
      '',
      ' ',
      '\u0000',
      'a\u0000b',
      '\ud800',
      '\udfff\ud800',
      '\u202e',
      'NaN',
      '1e3',
      '-1',
      '0',
      '0.0',
      '00',
    ],
    ...['0.0000000001', '999999999.999999999', '1000000000', '+1', ' 1', '1 ', '1\n', '0x10', '١'],
    ...["'; drop table x", '%', '_', '\\', '*', '"', '((((((((((', 'a'.repeat(5_000), '@'.repeat(2_000)],
    ...[null, true, 0, -1, 1.5, 1e21, 2 ** 53, [], {}, [null], { a: { b: {} } }, 'x'.repeat(70_000)],
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 2 }),
)

/** What may stand in a path between two slashes. */
export const segment = (texts: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { arbitrary: oneOf(texts), weight: 6 },
    fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).map((s) => s.toWellFormed()),
    fc.constantFrom('\u0000', '..', '%', '01932c5e-7d3a-7c63-9c1e-6f1f6b0c2a11', '0x', "'"),
  )

/** One of a list that may grow while it is drawn from. */
const oneOf = (texts: readonly string[]) => fc.nat().map((n) => texts[n % texts.length]!)

/**
 * Values as a schema wants them, objects half the time with one field that is nasty or that nobody has heard of.
 *
 * @param texts what strings are drawn from, where it fits the pattern: ids, addresses and amounts that mean something
 */
export function fitting(schema: Schema, document: Document, texts: readonly string[]): fc.Arbitrary<unknown> {
  const of = (inner: Schema): fc.Arbitrary<unknown> => fitting(inner, document, texts)
  if (schema.$ref) return of(document.components.schemas[schema.$ref.split('/').at(-1)!] ?? {})
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives) return fc.oneof(...alternatives.map(of))
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.type === 'null') return fc.constant(null)
  if (schema.type === 'boolean') return fc.boolean()
  if (schema.type === 'integer') return whole(schema)
  if (schema.type === 'array') return fc.array(of(schema.items ?? {}), { maxLength: 10 })
  if (schema.type === 'object') return almost(schema, of)
  const pattern = new RegExp(schema.pattern ?? '', 'u')
  return fc.nat().map((n) => {
    const fit = texts.filter((text) => pattern.test(text))
    return fit[n % fit.length] ?? 'x'
  })
}

/** Mostly within its bounds, which are otherwise hardly ever met. */
function whole({ minimum = -(2 ** 31), maximum = 2 ** 31 - 1 }: Schema): fc.Arbitrary<number> {
  const within = fc.integer({ min: Math.max(minimum, -(2 ** 31)), max: Math.min(maximum, 2 ** 31 - 1) })
  return fc.oneof({ arbitrary: within, weight: 4 }, fc.integer())
}

function almost(
  { properties = {}, required = [] }: Schema,
  of: (schema: Schema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, of(field)]))
  const spoilt = fc.dictionary(fc.constantFrom(...Object.keys(fields), 'unheardOf'), nasty, { maxKeys: 1 })
  return fc
    .tuple(fc.record(fields, { requiredKeys: required }), fc.oneof(fc.constant({}), spoilt))
    .map(([record, spoil]) => ({ ...record, ...spoil }))
}
