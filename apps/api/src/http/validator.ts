import type { FastifySchemaCompiler } from 'fastify'
import { core } from 'zod'
import { InvalidInput } from '../errors/invalid-input.ts'

/** Validates a part of a request by its zod schema; a breach is an `InvalidInput` with a pointer per fault. */
export const validatorCompiler: FastifySchemaCompiler<core.$ZodType> = ({ schema, httpPart }) => {
  return (data: unknown) => {
    const result = core.safeParse(schema, data)
    if (result.success) return { value: result.data }
    return { error: new InvalidInput(httpPart ?? 'body', result.error.issues) }
  }
}
