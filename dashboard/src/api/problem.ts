import type {Schemas} from './client'

export type Problem = Schemas['Problem']

/** Whatever a call failed with, as a problem with a code and a remedy. */
export function toProblem(error: unknown): Problem {
  if (isProblem(error)) return error
  if (error instanceof TypeError) return unreachable('The browser got no answer.')
  // the platform answers in JSON: a text is the page of a proxy before it
  if (typeof error === 'string') return unreachable('Something in between answered in its place, such as a proxy.')
  return {
    type: 'about:blank',
    title: 'Something unexpected happened',
    status: 500,
    detail: error instanceof Error ? error.message : String(error),
    code: 'unexpected',
    remedy: 'Load the page again; if it happens again, report it with what you did.',
    errors: [],
  }
}

function unreachable(detail: string): Problem {
  return {
    type: 'about:blank',
    title: 'The platform cannot be reached',
    status: 503,
    detail,
    code: 'unreachable',
    remedy: 'Look whether the platform runs (./slipway status) and whether this machine reaches it.',
    errors: [],
  }
}

/** Whether somebody has to sign in (again). */
export function isUnauthorized(error: unknown): boolean {
  return error !== null && error !== undefined && toProblem(error).status === 401
}

/** Whether asking once more may help. */
export function isPassing(error: unknown): boolean {
  return toProblem(error).status >= 500
}

function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && 'code' in error && 'status' in error && 'detail' in error
}
