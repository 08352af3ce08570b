import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import {now, subscribe} from './clock'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('one timer serves all that listen, and ends with the last of them', () => {
  const heard: string[] = []
  const leaves = ['one', 'two'].map(name => subscribe(() => heard.push(name)))
  expect(vi.getTimerCount()).toBe(1)
  vi.advanceTimersByTime(15_000)
  expect(heard).toEqual(['one', 'two'])
  leaves[0]?.()
  vi.advanceTimersByTime(15_000)
  expect(heard).toEqual(['one', 'two', 'two'])
  leaves[1]?.()
  expect(vi.getTimerCount()).toBe(0)
})

test('the present stands still between two ticks, and is right after a pause', () => {
  vi.advanceTimersByTime(60_000)
  const leave = subscribe(() => undefined)
  const before = now()
  vi.advanceTimersByTime(14_000)
  expect(now()).toBe(before)
  vi.advanceTimersByTime(1_000)
  expect(now()).toBe(Date.now())
  leave()
  vi.advanceTimersByTime(3_600_000)
  expect(now()).toBe(Date.now())
})
