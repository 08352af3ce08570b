import {expect, test} from 'vitest'
import {pollPagesWhile, pollWhile} from './poll'

const page = (...items: boolean[]) => ({items})
const asked = <T>(data: T | undefined, error: unknown = null) => ({state: {data, error}})

test('what is busy is asked for often, unless asking fails', () => {
  const often = pollWhile<boolean>(busy => busy)
  const [quiet, busy] = [often(asked(false)), often(asked(true))]
  expect(busy).toBeLessThan(quiet)
  expect(often(asked(undefined))).toBe(quiet)
  expect(often(asked(true, new TypeError('no answer')))).toBe(quiet)
})

test('who has loaded many pages asks for all of them no more often than for one', () => {
  const often = pollPagesWhile<boolean>(busy => busy)
  const one = often(asked({pages: [page(true)]}))
  expect(often(asked({pages: [page(false), page(true), page(false)]}))).toBe(3 * one)
  expect(often(asked({pages: [page(false)]}))).toBeGreaterThan(one)
})
