import type {Schemas} from '../api/client'

type Health = Schemas['Health']

/** What was told last; a failure without a word takes back what was told before it. */
export function toldHealth(data: Health | undefined, error: unknown): Health | undefined {
  if (error === null || error === undefined) return data
  // a platform that is not well says so with a body of the same shape, and 503; a proxy says it with a page of its own
  return typeof error === 'object' && 'checks' in error ? (error as Health) : undefined
}
