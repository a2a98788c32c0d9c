import { exampleOf, type Means } from './example.ts'
import { type Document, type Media, type Operation, type Schema, targetOf } from './schema.ts'
import { STORY } from './story.ts'

/** What the library says of a response that says nothing of itself. */
const SAYS_NOTHING = 'Default Response'

/**
 * Adds to each call of a document what can be told of it by its schemas: an example of its JSON body and of each of its
 * JSON answers, and a description of the answers that have none.
 *
 * @param lacking takes the fields that the story knows nothing for
 */
export function complete(document: Document, lacking: Means['lacking'] = new Set()): void {
  const means = { schemas: document.components?.schemas ?? {}, story: STORY, lacking }
  for (const operation of Object.values(document.paths ?? {}).flatMap((path) => Object.values(path)))
    completeOperation(operation, means)
}

function completeOperation({ operationId = '', requestBody, responses }: Operation, means: Means): void {
  addExamples(requestBody?.content, `${operationId} body`, means)
  for (const [status, response] of Object.entries(responses)) {
    if (status >= '300') continue
    addExamples(response.content, `${operationId} answer`, means)
    const schema = response.content?.['application/json']?.schema
    if (schema && response.description === SAYS_NOTHING) response.description = toldOf(schema, means.schemas)
  }
}

function addExamples(content: Record<string, Media> | undefined, owner: string, means: Means): void {
  const media = content?.['application/json']
  if (!media?.schema || media.example !== undefined) return
  const example = exampleOf(media.schema, owner, means)
  if (example !== undefined) media.example = example
}

/** A schema in words: its own, or `The API key.`, or for a list `A page. Each item: feed post.` */
function toldOf(schema: Schema, schemas: Means['schemas']): string {
  const { name, target } = targetOf(schema, schemas)
  if (target.description) return target.description
  if (name !== undefined) return `The ${wordsOf(name)}.`
  const item = schema.properties?.data?.items
  const listed = item && targetOf(item, schemas).name
  return listed === undefined ? SAYS_NOTHING : `A page. Each item: ${wordsOf(listed)}.`
}

const wordsOf = (name: string) =>
  name
    .replace(/\B[A-Z]/g, (letter) => ` ${letter}`)
    .toLowerCase()
    .replace(/\bapi\b/, 'API')
