import {Button, Card, Group, Progress, Stack, Text} from '@mantine/core'
import {api, pages, type Schemas} from '../api/client'
import {pollPagesWhile} from '../api/poll'
import {FailureAlert} from '../parts/FailureAlert'
import {between, duration} from '../parts/format'
import {Listed} from '../parts/Listed'
import {StatusBadge} from '../parts/StatusBadge'
import {When} from '../parts/When'
import {useMay} from '../session/rights'

type Work = Schemas['DatabaseWork']

const DOING: {[kind in Work['kind']]: string} = {
  create: 'It is being made',
  change: 'It is being changed',
  start: 'It is being started',
  stop: 'It is being stopped',
  restart: 'It is being restarted',
  upgrade: 'It is being upgraded',
  restore: 'A backup is being restored into it',
  password: 'It is being given another password',
  remove: 'It is being removed',
}

/** What is done to a database just now. */
export function CurrentWork({work, projectId}: {work: Work; projectId: string}) {
  const cancel = api.useMutation('post', '/api/databases/{id}/work/{work}/cancel')
  const deploys = useMay('deploy', projectId)
  return (
    <Card role="status" aria-label="Work on this database">
      <Group justify="space-between" wrap="nowrap">
        <div>
          <Text fw={600}>{DOING[work.kind]}</Text>
          <Text size="sm" c="dimmed">
            {work.step ?? 'It waits for its turn'} · {duration(between(work.createdAt, work.completedAt))} · asked for by {work.actor}
          </Text>
        </div>
        {deploys && work.kind !== 'remove' && (
          <Button variant="default" size="xs" style={{flexShrink: 0}} loading={cancel.isPending} onClick={() => cancel.mutate({params: {path: {id: work.databaseId, work: work.id}}})}>
            Cancel
          </Button>
        )}
      </Group>
      <Progress value={100} animated mt="sm" aria-label={DOING[work.kind]} />
    </Card>
  )
}

/** What was done to a database. */
export function WorkHistory({id}: {id: string}) {
  const work = api.useInfiniteQuery(
    'get',
    '/api/databases/{id}/work',
    {params: {path: {id}, query: {limit: 20}}},
    {...pages, refetchInterval: pollPagesWhile<Work>(each => each.completedAt === null)},
  )
  const failed = work.data?.pages[0]?.items.find(each => each.failure !== null)
  return (
    <Stack>
      <Listed
        query={work}
        label="Work"
        empty="Nothing was done to it yet."
        columns={[
          {label: 'What', cell: each => <Text fw={600} size="sm">{each.kind}</Text>},
          {label: 'Status', cell: each => <StatusBadge status={each.status} busy={each.status === 'running'} />},
          {label: 'By', cell: each => each.actor},
          {label: 'Asked for', cell: each => <When at={each.createdAt} />},
          {label: 'Took', align: 'right', cell: each => (each.startedAt === null ? '—' : duration(between(each.startedAt, each.completedAt)))},
        ]}
      />
      {failed !== undefined && (
        <div>
          <Text size="sm" c="dimmed" mb="xs">
            Why the last of it that failed did so
          </Text>
          <FailureAlert failure={failed.failure} />
        </div>
      )}
    </Stack>
  )
}
