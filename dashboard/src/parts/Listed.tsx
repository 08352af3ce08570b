import {Button, Card, Center, Skeleton, Stack, Text} from '@mantine/core'
import type {ReactNode} from 'react'
import {ProblemAlert} from './ProblemAlert'
import {type Column, Rows} from './Rows'

interface Paged<T> {
  data: {pages: {items: T[]}[]} | undefined
  error: unknown
  isPending: boolean
  hasNextPage: boolean
  isFetchingNextPage: boolean
  fetchNextPage: () => unknown
}

/** A list that comes by pages: what is there, and more when it is asked for. */
export function Listed<T extends {id: string}>({query, columns, label, empty}: {query: Paged<T>; columns: Column<T>[]; label: string; empty: ReactNode}) {
  const items = query.data?.pages.flatMap(page => page.items) ?? []
  if (query.isPending) return <Skeleton height={180} radius="md" />
  return (
    <Stack>
      <ProblemAlert error={query.error} />
      {items.length > 0 && <Rows items={items} columns={columns} keyOf={item => item.id} label={label} />}
      {items.length === 0 && query.error === null && <Empty>{empty}</Empty>}
      {query.hasNextPage && (
        <Center>
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show more
          </Button>
        </Center>
      )}
    </Stack>
  )
}

/** What is said where nothing is. */
export function Empty({children}: {children: ReactNode}) {
  return (
    <Card padding="xl">
      <Text c="dimmed" ta="center" component="div">
        {children}
      </Text>
    </Card>
  )
}
