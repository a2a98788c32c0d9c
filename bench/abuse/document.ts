/**
 * Puts generated tables into a document, each between its marks `<!-- sim:abuse <name> -->` and `<!-- /sim:abuse -->`.
 * @throws Error when a mark is missing
 */
export function inserted(document: string, tables: Record<string, string>): string {
  return Object.entries(tables).reduce((text, [name, table]) => {
    const marked = new RegExp(`(<!-- sim:abuse ${name} -->\n)[^]*?(<!-- /sim:abuse -->)`)
    if (!marked.test(text)) throw new Error(`the document has no place for the table of ${name}`)
    return text.replace(marked, (_, from: string, to: string) => `${from}\n${table}\n\n${to}`)
  }, document)
}
