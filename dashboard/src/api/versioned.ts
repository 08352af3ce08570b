import {useQuery} from '@tanstack/react-query'

/** Something as it was read, and the version of it: an edit is sent with both from one answer, so that it overwrites no other's. */
export interface Versioned<T> {
  found: T
  version: string
}

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** What an answer holds and the version that it tells. */
export function versioned<T>({data, error, response}: Answer<T>): Versioned<T> {
  if (data === undefined) throw error
  const version = response.headers.get('ETag')
  if (version === null) throw new Error('The answer tells no version (ETag), so nothing can be changed safely; a proxy may have removed it.')
  return {found: data, version}
}

/**
 * Reads something that is about to be edited, anew for each edit.
 *
 * @param name of the thing and its id
 */
export function useVersioned<T>(name: readonly [string, string], read: () => Promise<Answer<T>>) {
  return useQuery({
    queryKey: ['to be edited', ...name],
    gcTime: 0,
    staleTime: Infinity,
    queryFn: async () => versioned(await read()),
  })
}
