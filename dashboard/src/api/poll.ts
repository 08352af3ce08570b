/** How often something is asked for whose progress, or for some people whose changes, tell no events; browsers do not ask while nobody looks. */
const BUSY_MS = 1_500
const QUIET_MS = 15_000

interface Asked<T> {
  state: {data: T | undefined; error: unknown}
}

/** For `refetchInterval`: often while something is being done, seldom otherwise and while it fails. */
export function pollWhile<T>(isBusy: (data: T) => boolean) {
  return ({state}: Asked<T>) => (state.data !== undefined && state.error === null && isBusy(state.data) ? BUSY_MS : QUIET_MS)
}

/** The same for lists by pages; each that is loaded is asked for one by one, so many of them are asked for less often. */
export function pollPagesWhile<T>(isBusy: (item: T) => boolean) {
  const once = pollWhile<{pages: {items: T[]}[]}>(data => data.pages.some(page => page.items.some(isBusy)))
  return (query: Asked<{pages: {items: T[]}[]}>) => once(query) * Math.max(1, query.state.data?.pages.length ?? 1)
}
