import Ajv from 'ajv/dist/2020.js'
import type { Answer } from '../people.ts'
import type { Call, Document } from './document.ts'

/**
 * What is wrong with an answer, or undefined: it must be one that its call declares, of the media type that is declared
 * for it, and its body what the schema says. A refusal is a problem document whose code the call names.
 */
export function judgeOf(document: Document): (call: Call, answer: Answer) => string | undefined {
  const ajv = new Ajv.default({ strict: false, validateFormats: false, allErrors: true })
  ajv.addSchema({ $id: 'document', components: document.components })
  const validators = new Map<object, ReturnType<typeof ajv.compile>>()
  const faultsOf = (schema: object, body: unknown) => {
    const validate = validators.get(schema) ?? ajv.compile(rooted(schema))
    validators.set(schema, validate)
    return validate(body) ? undefined : ajv.errorsText(validate.errors)
  }
  return ({ responses }, { status, headers, body }) => {
    if (status >= 500) return 'a 5xx'
    // What the router does not know is nobody's answer.
    if (status === 404 && body?.code === 'not_found') return undefined
    const declared = responses[status]
    if (!declared) return `${status} is not declared`
    const media = String(headers['content-type'] ?? '').split(';')[0]!
    if (!declared.content || status === 204) return body === '' ? undefined : 'a body where none is declared'
    const schema = declared.content[media]?.schema
    if (!declared.content[media]) return `${media} is not declared for ${status}`
    if (status >= 400 && !declared.description.includes(`\`${body.code}\``))
      return `${body.code} is not named`
    const faults = schema && media.includes('json') ? faultsOf(schema, body) : undefined
    return faults && `the body is not what its schema says: ${faults}`
  }
}

/** References within the document, from wherever the schema stands. */
function rooted(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/'))
}
