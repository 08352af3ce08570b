import {Card, Group, Progress, Text} from '@mantine/core'
import {api} from '../api/client'
import {bytes} from '../parts/format'
import {percentOf, type Restore} from './status'

const STATUSES: {[status in Restore['status']]?: string} = {
  waiting: 'It waits until its server is there, or until what is in place is backed up and proven',
  pending: 'It waits for its turn',
  running: 'The backup is being read, and put where it belongs',
}

/** How far a restore is. What is done to the database is told by its work; a volume's restore has none. */
export function RestoreProgress({restore}: {restore: Restore}) {
  const database = api.useQuery('get', '/api/databases/{id}', {params: {path: {id: restore.databaseId ?? ''}}}, {enabled: restore.databaseId !== null, refetchInterval: 1_500})
  const step = database.data?.work?.step ?? STATUSES[restore.status]
  const percent = percentOf(restore)
  return (
    <Card role="status" aria-label="Progress">
      <Group justify="space-between" mb="sm" gap="xs">
        <Text fw={600}>{step}</Text>
        <Text size="sm" c="dimmed" className="nowrap">
          {bytes(restore.progressBytes)}
          {restore.totalBytes > 0 && ` of ${bytes(restore.totalBytes)}`}
        </Text>
      </Group>
      <Progress value={percent ?? 100} animated striped={percent === null} size="lg" aria-label="Restored" />
    </Card>
  )
}
