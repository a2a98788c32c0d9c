/** What is used of JSON Schema (2020-12) in the document. */
export type Schema = {
  $ref?: string
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  examples?: unknown[]
  default?: unknown
  description?: string
  format?: string
  pattern?: string
  maxItems?: number
  items?: Schema
  properties?: Record<string, Schema>
  additionalProperties?: boolean | Schema
  required?: string[]
  anyOf?: Schema[]
  oneOf?: Schema[]
}

export type Media = { schema?: Schema; example?: unknown }

export type Operation = {
  operationId?: string
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, { description: string; content?: Record<string, Media> }>
}

export type Document = {
  paths?: Record<string, Record<string, Operation>>
  components?: { schemas?: Record<string, Schema> }
}

/** Follows a reference. @returns the name of what it names, as people know it: what comes in has no name of its own */
export function targetOf(
  schema: Schema,
  schemas: Record<string, Schema>,
): { name: string | undefined; target: Schema } {
  const written = schema.$ref?.split('/').at(-1)
  if (written === undefined) return { name: undefined, target: schema }
  return { name: written.replace(/Input$/, ''), target: schemas[written] ?? {} }
}
