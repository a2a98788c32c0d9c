import { type Schema, targetOf } from './schema.ts'

/** What stands in the examples of the document: one story, told once for all calls. */
export type Story = {
  /** The whole of a named schema, or of what only one call has: `signIn body`, `signIn answer`. */
  whole: Record<string, unknown>
  /** What stands in a field, by `Owner.field`, or by `field` for all owners: the first that its schema takes. */
  fields: Record<string, readonly unknown[]>
}

export type Means = {
  schemas: Record<string, Schema>
  story: Story
  /** Fields that nothing is known for, as `Owner.field`: they are left out. */
  lacking: Set<string>
}

/**
 * Writes an example of a schema: what the story has for it, else what the schema says itself, else put together from its
 * parts. `undefined` for what there is no example of.
 *
 * @param owner the name of the schema it is in, or that of the call and `body` or `answer`
 */
export function exampleOf(schema: Schema, owner: string, means: Means, field = ''): unknown {
  const { name, target } = targetOf(schema, means.schemas)
  const { whole, fields } = means.story
  const first = (known: readonly unknown[] = []) => known.find((value) => fits(value, target, means.schemas))
  // Null is something to stand there, so it is not passed over.
  const told = [
    first(fields[`${owner}.${field}`]),
    whole[name ?? (field === '' ? owner : '')],
    first(fields[field]),
  ].find((value) => value !== undefined)
  if (told !== undefined) return told
  return ownExample(target, name ?? owner, means, name === undefined ? field : '')
}

function ownExample(schema: Schema, owner: string, means: Means, field: string): unknown {
  const given = schema.const ?? schema.examples?.[0] ?? schema.default ?? schema.enum?.[0]
  if (given !== undefined) return given
  const alternative = (schema.anyOf ?? schema.oneOf)?.find(({ type }) => type !== 'null')
  if (alternative) return exampleOf(alternative, owner, means, field)
  if (schema.properties) {
    const parts = Object.entries(schema.properties).map(([name, part]) => [
      name,
      exampleOf(part, owner, means, name),
    ])
    return Object.fromEntries(parts.filter(([, value]) => value !== undefined))
  }
  const type = [schema.type].flat()[0]
  if (type === 'array') {
    const item =
      schema.items && schema.maxItems !== 0 ? exampleOf(schema.items, owner, means, field) : undefined
    return item === undefined ? [] : [item]
  }
  if (type === 'boolean') return false
  if (type === 'object') return {}
  means.lacking.add(`${owner}.${field}`)
  return undefined
}

const FORMATS: Record<string, RegExp> = {
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  date: /^\d{4}-\d\d-\d\d$/,
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/,
  uri: /^https?:/,
}

/** Whether a value of the story is of this schema, as far as tells apart what has the same name. */
function fits(value: unknown, schema: Schema, schemas: Means['schemas']): boolean {
  const { target } = targetOf(schema, schemas)
  const alternatives = target.anyOf ?? target.oneOf
  if (alternatives) return alternatives.some((one) => fits(value, one, schemas))
  if (target.const !== undefined) return value === target.const
  if (target.enum) return target.enum.includes(value)
  if (target.type !== undefined && ![target.type].flat().includes(typeOf(value))) return false
  if (typeof value === 'string')
    return (
      new RegExp(target.pattern ?? '', 'u').test(value) && (FORMATS[target.format ?? ''] ?? /^/).test(value)
    )
  if (Array.isArray(value)) return value.every((item) => !target.items || fits(item, target.items, schemas))
  if (typeof value !== 'object' || value === null) return true
  const parts = value as Record<string, unknown>
  return (
    (target.required ?? []).every((name) => name in parts) &&
    Object.entries(parts).every(([name, part]) => {
      const inner = target.properties?.[name]
      return inner ? fits(part, inner, schemas) : target.additionalProperties !== false
    })
  )
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}
