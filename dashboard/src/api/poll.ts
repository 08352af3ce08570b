/** How often something is asked for whose progress, or for some people whose changes, tell no events; browsers do not ask while nobody looks. */
const BUSY_MS = 1_500
const QUIET_MS = 15_000

/** For `refetchInterval`: often while something is being done, seldom otherwise. */
export function pollWhile<T>(isBusy: (data: T) => boolean) {
  return (query: {state: {data: T | undefined}}) =>
    query.state.data !== undefined && isBusy(query.state.data) ? BUSY_MS : QUIET_MS
}

/** The same for lists by pages. */
export function pollPagesWhile<T>(isBusy: (item: T) => boolean) {
  return pollWhile<{pages: {items: T[]}[]}>(data => data.pages.some(page => page.items.some(isBusy)))
}
