import { Counter, Gauge, Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { together } from './together.ts'

async function pageOf(process: string, likes: number, lag: number): Promise<string> {
  const register = new Registry()
  register.setDefaultLabels({ process })
  const options = { registers: [register] }
  const counter = new Counter({
    ...options,
    name: 'likes_total',
    help: 'Likes,\n\nof posts.',
    labelNames: ['text'],
  })
  counter.inc({ text: 'a\n\nb' }, likes)
  new Gauge({ ...options, name: 'lag_seconds', help: 'Lag.' }).set(lag)
  return register.metrics()
}

test('a metric is described once, and the series of every process stand below it', async () => {
  const page = together([await pageOf('1', 3, 0.5), await pageOf('2', 4, Number.NaN)])
  // As the exposition format writes them down.
  expect(page).toBe(
    [
      '# HELP likes_total Likes,\\n\\nof posts.',
      '# TYPE likes_total counter',
      'likes_total{text="a\\n\\nb",process="1"} 3',
      'likes_total{text="a\\n\\nb",process="2"} 4',
      '',
      '# HELP lag_seconds Lag.',
      '# TYPE lag_seconds gauge',
      'lag_seconds{process="1"} 0.5',
      'lag_seconds{process="2"} Nan',
      '',
    ].join('\n'),
  )
})
