import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gcra } from './gcra.ts'

test('a burst at once, then as many a second as it says', () => {
  const limit = { burst: 1_000, perSecond: 50 }
  let tat: number | undefined
  let allowed = 0
  const send = (n: number, at: number) => {
    for (let i = 0; i < n; i++) {
      const verdict = gcra(limit, tat, at)
      tat = verdict.tat
      if (verdict.allowed) allowed++
    }
  }
  send(1_500, 0)
  expect(allowed).toBe(1_000)
  send(1_500, 1_000)
  expect(allowed).toBe(1_050)
  send(1_500, 1_019)
  expect(allowed).toBe(1_050)
  send(1_500, 1_020)
  expect(allowed).toBe(1_051)
  // Full again after burst / rate = 20 s without a request.
  send(1_500, 21_020)
  expect(allowed).toBe(2_051)
})

test('what it says of what is left comes true', () => {
  const limit = { burst: 3, perSecond: 1 }
  const first = gcra(limit, undefined, 0)
  expect(first).toMatchObject({ allowed: true, remaining: 2, fullInMs: 1_000, retryInMs: 0 })
  const second = gcra(limit, first.tat, 0)
  const third = gcra(limit, second.tat, 0)
  expect(third).toMatchObject({ allowed: true, remaining: 0, fullInMs: 3_000, retryInMs: 1_000 })
  const fourth = gcra(limit, third.tat, 400)
  expect(fourth).toMatchObject({ allowed: false, remaining: 0, retryInMs: 600 })
  expect(gcra(limit, fourth.tat, 999).allowed).toBe(false)
  expect(gcra(limit, fourth.tat, 1_000).allowed).toBe(true)
})

test('it decides as a bucket of tokens does that is counted the long way', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom(1, 2, 4, 5, 10, 50, 100),
      fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 60 }),
      (burst, perSecond, gaps) => {
        // Thousandths of a token, which these rates add in whole numbers each millisecond.
        let tokens = burst * 1_000
        let tat: number | undefined
        let now = 0
        for (const gap of gaps) {
          now += gap
          tokens = Math.min(burst * 1_000, tokens + gap * perSecond)
          const verdict = gcra({ burst, perSecond }, tat, now)
          tat = verdict.tat
          expect(verdict.allowed).toBe(tokens >= 1_000)
          if (tokens >= 1_000) tokens -= 1_000
          expect(verdict.remaining).toBe(Math.floor(tokens / 1_000))
        }
      },
    ),
  )
})
