import {expect, test} from 'vitest'
import {isPassing, isUnauthorized, toProblem} from './problem'

const refused = {type: 'about:blank', title: 'No', status: 401, detail: 'No session.', code: 'unauthorized', remedy: 'Sign in.'}

test('what the API says is shown as it says it', () => {
  expect(toProblem(refused)).toBe(refused)
  expect(isUnauthorized(refused)).toBe(true)
  expect(isPassing(refused)).toBe(false)
})

test('no answer at all has a code and a remedy, too, and is tried again', () => {
  const problem = toProblem(new TypeError('Failed to fetch'))
  expect(problem.code).toBe('unreachable')
  expect(problem.remedy).toContain('./slipway status')
  expect(isPassing(problem)).toBe(true)
  expect(isUnauthorized(null)).toBe(false)
})

test('the page of a proxy is not shown, what to do is', () => {
  const problem = toProblem('<html><h1>502 Bad Gateway</h1></html>')
  expect(problem.code).toBe('unreachable')
  expect(problem.detail).not.toContain('<')
  expect(problem.remedy).toContain('./slipway status')
  expect(isPassing('<html>')).toBe(true)
})
