import createFetchClient from 'openapi-fetch'
import createQueries from 'openapi-react-query'
import type {components, paths} from '../../target/contract'

/** The shapes of the contract, generated from openapi.yaml: what drifts from it does not compile. */
export type Schemas = components['schemas']

/** The API as it is; the session's cookie goes along by itself. */
export const client = createFetchClient<paths>()

/** The same as hooks, cached by method, path and parameters. */
export const api = createQueries(client)

/** How lists go from page to page: to be given to `api.useInfiniteQuery`. */
export const pages = {
  pageParamName: 'cursor',
  // null, for an undefined one becomes 0
  initialPageParam: null as string | null,
  getNextPageParam: (last: {nextCursor: string | null}) => last.nextCursor ?? undefined,
}

/** What is sent with an edit that is no answer to what somebody read: a pause, a pin. */
export const ANY_VERSION = {'If-Match': '*'} as const
