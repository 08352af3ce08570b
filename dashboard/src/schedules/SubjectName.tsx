import {Anchor, Text} from '@mantine/core'
import {Link} from 'react-router'
import {api, type Schemas} from '../api/client'

/** What a schedule backs up. */
export function SubjectName({schedule}: {schedule: Schemas['BackupSchedule']}) {
  const database = api.useQuery('get', '/api/databases/{id}', {params: {path: {id: schedule.databaseId ?? ''}}}, {enabled: schedule.databaseId !== null, staleTime: 60_000})
  const application = api.useQuery('get', '/api/applications/{id}', {params: {path: {id: schedule.applicationId ?? ''}}}, {enabled: schedule.applicationId !== null, staleTime: 60_000})
  if (schedule.platform) return <Text size="sm" c="dimmed">the platform itself</Text>
  if (schedule.databaseId !== null) {
    return (
      <Anchor component={Link} to={`/databases/${schedule.databaseId}`} size="sm">
        {database.data?.name ?? schedule.databaseId}
      </Anchor>
    )
  }
  return <Text size="sm" c="dimmed">{`${application.data?.name ?? schedule.applicationId ?? ''} / ${schedule.volume ?? ''}`}</Text>
}
