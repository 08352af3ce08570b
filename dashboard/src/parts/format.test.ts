import {expect, test} from 'vitest'
import {ago, between, bytes, count, duration, moment} from './format'

test('bytes are told in binary units', () => {
  expect([0, 1023, 1024, 1536, 150 * 1024, 5 * 1024 ** 3].map(bytes)).toEqual(['0 B', '1023 B', '1.0 KiB', '1.5 KiB', '150 KiB', '5.0 GiB'])
})

test('a duration is told by its two largest units', () => {
  expect([12, 1_400, 61_000, 3_600_000, 90_000_000].map(duration)).toEqual(['12 ms', '1 s', '1 min 1 s', '1 h 0 min', '1 d 1 h'])
})

test('times are told from now, in both directions', () => {
  const now = Date.parse('2026-11-22T12:00:00Z')
  expect(ago('2026-11-22T11:59:50Z', now)).toBe('just now')
  expect(ago('2026-11-22T11:00:00Z', now)).toBe('1 hour ago')
  expect(ago('2026-11-23T12:00:00Z', now)).toBe('tomorrow')
})

test('a clock that runs ahead makes no negative time', () => {
  expect(between('2026-11-22T12:00:05Z', '2026-11-22T12:00:00Z')).toBe(0)
})

test('a schedule is told in its own zone', () => {
  expect(moment('2026-11-22T01:30:00Z', 'Europe/Berlin')).toContain('02:30')
})

test('a zone that the browser does not know is told in UTC, and says so', () => {
  const now = Date.parse('2026-11-22T12:00:00Z')
  expect(moment('2026-11-22T01:30:00Z', 'Mars/Olympus', now)).toBe(`${moment('2026-11-22T01:30:00Z', 'UTC', now)} UTC`)
})

test('the year is told when it is not this one', () => {
  const now = Date.parse('2026-12-31T23:30:00Z')
  expect(moment('2026-12-31T01:30:00Z', 'UTC', now)).not.toContain('2026')
  expect(moment('2025-11-22T01:30:00Z', 'UTC', now)).toContain('2025')
  expect(moment('2026-12-31T23:30:00Z', 'Europe/Berlin', now)).not.toContain('2027')
  expect(moment('2026-12-31T22:30:00Z', 'Europe/Berlin', now)).toContain('2026')
})

test('one is not many', () => {
  expect([count(1, 'row'), count(12_000, 'row'), count(2, 'entry', 'entries')]).toEqual(['1 row', '12,000 rows', '2 entries'])
})
