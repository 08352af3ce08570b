import {Skeleton, Stack} from '@mantine/core'
import type {ReactNode} from 'react'
import {ProblemAlert} from './ProblemAlert'

/** One thing that is loaded: a gap while it comes, the problem when it does not, and what is there even when it grows stale. */
export function Loaded<T>({query, children}: {query: {data: T | undefined; error: unknown}; children: (data: T) => ReactNode}) {
  if (query.data === undefined) {
    return query.error === null ? <Skeleton height={220} radius="md" /> : <ProblemAlert error={query.error} />
  }
  return (
    <Stack gap="lg">
      <ProblemAlert error={query.error} />
      {children(query.data)}
    </Stack>
  )
}
