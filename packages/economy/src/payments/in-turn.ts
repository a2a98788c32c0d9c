/**
 * Works a batch off in pieces in which nothing is named twice, so that each is a set and the batch still answers as its
 * inputs would one after another. Nearly always that is one piece.
 *
 * @param nameOf what must not be in a piece twice
 */
export async function inTurn<I, R>(
  inputs: I[],
  nameOf: (input: I) => string,
  run: (inputs: I[]) => Promise<R[]>,
): Promise<R[]> {
  const results: R[] = []
  let piece: I[] = []
  let names = new Set<string>()
  for (const input of inputs) {
    const name = nameOf(input)
    if (names.has(name)) {
      results.push(...(await run(piece)))
      piece = []
      names = new Set()
    }
    piece.push(input)
    names.add(name)
  }
  return piece.length === 0 ? results : [...results, ...(await run(piece))]
}
