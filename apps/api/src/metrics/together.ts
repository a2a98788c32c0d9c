/**
 * The metrics of several processes as one page: of each metric what it is, once, and then the series of all (Prometheus
 * exposition format 0.0.4, in which the series of a metric stand together). The series must differ by a label.
 */
export function together(pages: string[]): string {
  const series = new Map<string, string[]>()
  for (const page of pages) {
    // A line feed within a help or a label is escaped, so that an empty line is only ever between two metrics.
    for (const metric of page.trim().split('\n\n')) {
      const [help = '', type = '', ...lines] = metric.split('\n')
      const header = `${help}\n${type}`
      series.set(header, [...(series.get(header) ?? []), ...lines])
    }
  }
  return `${[...series].map(([header, lines]) => [header, ...lines].join('\n')).join('\n\n')}\n`
}
