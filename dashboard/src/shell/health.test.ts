import {expect, test} from 'vitest'
import {toldHealth} from './health'

type Health = NonNullable<ReturnType<typeof toldHealth>>

const well = {status: 'ok', checks: {}} as unknown as Health
const degraded = {status: 'degraded', checks: {database: {status: 'down'}}} as unknown as Health

test('what was good before an error is not good any more', () => {
  expect(toldHealth(well, null)).toBe(well)
  expect(toldHealth(well, degraded)).toBe(degraded)
  expect(toldHealth(well, new TypeError('Failed to fetch'))).toBeUndefined()
})

test('the page of a proxy is no health', () => {
  expect(toldHealth(well, '<html>502 Bad Gateway: checks</html>')).toBeUndefined()
  expect(toldHealth(undefined, '')).toBeUndefined()
})
