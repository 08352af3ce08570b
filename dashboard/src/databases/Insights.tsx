import {Card, Code, Group, Progress, SimpleGrid, Stack, Text} from '@mantine/core'
import type {ReactNode} from 'react'
import {api} from '../api/client'
import {bytes, count} from '../parts/format'
import {Empty} from '../parts/Listed'
import {ProblemAlert} from '../parts/ProblemAlert'
import {Rows} from '../parts/Rows'
import type {Database} from './status'

const LOOK_MS = 10_000

/** What a server tells of itself, and what it uses. */
export function Insights({database}: {database: Database}) {
  const of = {params: {path: {id: database.id}}}
  const insights = api.useQuery('get', '/api/databases/{id}/insights', of, {refetchInterval: LOOK_MS})
  const statistics = api.useQuery('get', '/api/databases/{id}/statistics', of, {refetchInterval: LOOK_MS, enabled: !database.external})
  const told = insights.data
  const used = statistics.data
  return (
    <Stack gap="lg">
      <ProblemAlert error={insights.error} />
      <ProblemAlert error={statistics.error} />
      <SimpleGrid cols={{base: 2, md: 4}}>
        <Figure label="Size" value={told && bytes(told.sizeBytes)} note={told?.serverVersion} />
        <Figure
          label="Connections"
          value={told && String(told.connections.used)}
          note={told && (told.connections.limit === null ? 'no limit' : <Share of={told.connections.used} in={told.connections.limit} label={`of ${told.connections.limit}`} />)}
        />
        {!database.external && (
          <>
            <Figure label="Memory" value={used && bytes(used.memoryBytes)} note={used && used.memoryLimitBytes > 0 && <Share of={used.memoryBytes} in={used.memoryLimitBytes} label={`of ${bytes(used.memoryLimitBytes)}`} />} />
            <Figure label="Processor" value={used && `${used.cpuPercent.toFixed(1)} %`} note={used && count(used.processes, 'process', 'processes')} />
          </>
        )}
      </SimpleGrid>
      {told !== undefined && Object.keys(told.connections.byState).length > 0 && (
        <Group gap="lg">
          {Object.entries(told.connections.byState).map(([state, amount]) => (
            <Text key={state} size="sm">
              <b>{amount}</b> {state}
            </Text>
          ))}
        </Group>
      )}
      {told?.queries.length === 0 && <Empty>{told.querySource === null ? 'This engine tells nothing of slow queries.' : 'No slow query just now.'}</Empty>}
      {told !== undefined && told.queries.length > 0 && (
        <div>
          <Text fw={600} mb="xs">
            {told.querySource === 'running' ? 'Queries that run longest just now' : 'Slowest queries'}
          </Text>
          <Rows
            label="Slow queries"
            items={told.queries}
            keyOf={query => query.query}
            columns={[
              {label: 'Query', cell: query => <Code style={{whiteSpace: 'pre-wrap', overflowWrap: 'anywhere'}}>{query.query}</Code>},
              {label: 'Mean', align: 'right', cell: query => `${query.meanMs.toFixed(1)} ms`},
              {label: 'Total', align: 'right', cell: query => `${query.totalMs.toFixed(0)} ms`},
              {label: 'Calls', align: 'right', cell: query => query.calls},
            ]}
          />
        </div>
      )}
    </Stack>
  )
}

function Figure({label, value, note}: {label: string; value: string | undefined; note: ReactNode}) {
  return (
    <Card padding="md">
      <Text size="sm" c="dimmed" fw={600}>
        {label}
      </Text>
      <Text fz={24} fw={700}>
        {value ?? '…'}
      </Text>
      <Text size="xs" c="dimmed" component="div">
        {note}
      </Text>
    </Card>
  )
}

function Share({of, in: whole, label}: {of: number; in: number; label: string}) {
  return (
    <>
      <Progress value={(100 * of) / whole} size="sm" my={4} aria-label={label} />
      {label}
    </>
  )
}
