import {expect, test} from 'vitest'
import {Once} from './once'

const problem = (status: number) => ({type: 'about:blank', title: 'No', status, detail: 'No.', code: 'no', remedy: 'None.'})

/** Whether what is sent after this answer is another wish than before. */
function isNewAfter(error: unknown): boolean {
  const once = new Once()
  const before = once.header['Idempotency-Key']
  once.settled(error)
  return once.header['Idempotency-Key'] !== before
}

test('what got no answer is sent again as the same wish', () => {
  expect([new TypeError('Failed to fetch'), '<html>502</html>', problem(503), problem(429), problem(408)].filter(isNewAfter)).toEqual([])
})

test('what was done, or refused for good, is another wish the next time', () => {
  expect([null, problem(400), problem(401), problem(409)].filter(error => !isNewAfter(error))).toEqual([])
})

test('nobody guesses a key, and no two are the same', () => {
  const keys = Array.from({length: 100}, () => new Once().header['Idempotency-Key'])
  expect(new Set(keys).size).toBe(100)
  expect(keys.every(key => /^[0-9a-f]{32}$/.test(key))).toBe(true)
})
