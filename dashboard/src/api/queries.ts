import {notifications} from '@mantine/notifications'
import {MutationCache, QueryCache, QueryClient} from '@tanstack/react-query'
import {isPassing, isUnauthorized, toProblem} from './problem'

export const SESSION = ['get', '/api/session'] as const

/** Whoever was signed in and must do so anew is shown that, wherever he is: the session is asked for again. */
function lookAtSession(error: unknown, key?: readonly unknown[]) {
  const wasSignedIn = queries.getQueryData(SESSION) !== undefined
  if (wasSignedIn && isUnauthorized(error) && key?.[1] !== SESSION[1]) void queries.invalidateQueries({queryKey: SESSION})
}

export const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({onError: (error, query) => lookAtSession(error, query.queryKey)}),
  mutationCache: new MutationCache({
    // a change may show anywhere
    onSuccess: () => void queries.invalidateQueries(),
    onError: (error, _variables, _context, mutation) => {
      lookAtSession(error)
      if (mutation.meta?.shown === true) return
      const problem = toProblem(error)
      notifications.show({color: 'red', title: problem.detail, message: problem.remedy, autoClose: 10_000})
    },
  }),
  defaultOptions: {
    // what was sent may hold passwords
    mutations: {gcTime: 0},
    queries: {staleTime: 2_000, retry: (failures, error) => failures < 2 && isPassing(error)},
  },
})

/** Nothing of what somebody saw or sent stays behind for whoever comes next. */
export function forgetAll(): Promise<void> {
  queries.getMutationCache().clear()
  return queries.resetQueries()
}

/** For a mutation whose page shows its failure itself. */
export const SHOWN = {meta: {shown: true}} as const
