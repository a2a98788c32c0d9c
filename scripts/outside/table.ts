/**
 * Rows of text as columns of one width each. Cells that look like numbers are set right, the decimal points of a
 * column under each other.
 */
export function table(head: string[], rows: string[][]): string {
  const aligned = rows.map((row) => [...row])
  head.forEach((_, column) => {
    const numbers = rows.map((row) => row[column] ?? '').filter(isNumber)
    const places = Math.max(0, ...numbers.map(placesOf))
    for (const row of aligned) {
      const cell = row[column] ?? ''
      if (isNumber(cell)) row[column] = cell + ' '.repeat(places - placesOf(cell))
    }
  })
  const widths = head.map((title, column) =>
    Math.max(title.length, ...aligned.map((row) => (row[column] ?? '').length)),
  )
  const right = head.map((_, column) => rows.length > 0 && rows.every((row) => isNumber(row[column] ?? '')))
  const line = (cells: string[]) =>
    cells
      .map((cell, i) => (right[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()
  return [line(head), line(widths.map((width) => '─'.repeat(width))), ...aligned.map(line)].join('\n')
}

const isNumber = (cell: string) => /^[+-]?\d+(\.\d+)?$/.test(cell)

/** Characters from the decimal point on. */
const placesOf = (cell: string) => (cell.includes('.') ? cell.length - cell.indexOf('.') : 0)
