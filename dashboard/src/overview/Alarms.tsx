import {Alert, Anchor, Code, Stack, Text} from '@mantine/core'
import {IconBellRinging} from '@tabler/icons-react'
import {Link} from 'react-router'
import {api, type Schemas} from '../api/client'
import {ProblemAlert} from '../parts/ProblemAlert'
import {When} from '../parts/When'

const TITLES: {[code in Schemas['Alarm']['code']]: string} = {
  backup_overdue: 'A backup is overdue',
  backup_failed: 'The last backup failed',
  destination_unreachable: 'A destination cannot be reached',
}

/** What somebody must look at, before everything else. */
export function Alarms() {
  const alarms = api.useQuery('get', '/api/alarms', {params: {query: {open: true, limit: 20}}}, {refetchInterval: 15_000})
  return (
    <Stack>
      <ProblemAlert error={alarms.error} />
      {alarms.data?.items.map(alarm => (
        <Alert key={alarm.id} color="orange" icon={<IconBellRinging />} title={TITLES[alarm.code]} role="alert">
          <Stack gap={4}>
            <Text size="sm">{alarm.detail}</Text>
            <Text size="sm" fw={600}>
              {alarm.remedy}
            </Text>
            <Text size="xs" c="dimmed" component="div">
              <Code>{alarm.code}</Code> since <When at={alarm.raisedAt} /> {placeOf(alarm.about)}
            </Text>
          </Stack>
        </Alert>
      ))}
    </Stack>
  )
}

/** `database:db_1`, `schedule:sch_1`, `volume:app_1/data`, … lead to where one can do something. */
function placeOf(about: string) {
  const [kind, id = ''] = about.split(':', 2)
  const to = {database: `/databases/${id}`, schedule: '/schedules', destination: '/destinations', volume: '/backups', platform: '/backups'}[kind ?? '']
  return to === undefined ? null : <Anchor component={Link} to={to} size="xs">Look at it</Anchor>
}
