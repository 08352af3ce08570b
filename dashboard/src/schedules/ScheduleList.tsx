import {Badge, Box, Button, Card, Group, Modal, Stack, Text} from '@mantine/core'
import {IconPlus} from '@tabler/icons-react'
import {useState} from 'react'
import {useNavigate} from 'react-router'
import {ANY_VERSION, api, pages, type Schemas} from '../api/client'
import {settles, useOnce} from '../api/once'
import {subjectOf} from '../backups/status'
import {ConfirmButton} from '../parts/ConfirmButton'
import {moment} from '../parts/format'
import {Empty} from '../parts/Listed'
import {ProblemAlert} from '../parts/ProblemAlert'
import {When} from '../parts/When'
import {useProjectOf} from '../session/project'
import {useMay} from '../session/rights'
import {ScheduleForm} from './ScheduleForm'
import {SubjectName} from './SubjectName'
import {keepsFor, occasionOf} from './words'

type Schedule = Schemas['BackupSchedule']

/**
 * Schedules with what can be done to them.
 *
 * @param of the database whose schedules are wanted; left out: all
 */
export function ScheduleList({of}: {of?: {databaseId: string; projectId: string; name: string}}) {
  const schedules = api.useInfiniteQuery('get', '/api/backup-schedules', {params: {query: {limit: 50, ...(of === undefined ? {} : {databaseId: of.databaseId})}}}, {...pages, refetchInterval: 15_000})
  const writes = useMay('write', of?.projectId)
  const [form, setForm] = useState<string | null>(null)
  const items = schedules.data?.pages.flatMap(page => page.items) ?? []
  return (
    <Stack>
      {writes && (
        <Group justify="flex-end">
          <Button leftSection={<IconPlus size={16} />} onClick={() => setForm('new')}>
            New schedule
          </Button>
        </Group>
      )}
      <ProblemAlert error={schedules.error} />
      {schedules.data !== undefined && items.length === 0 && <Empty>There is no schedule: nothing is backed up by itself.</Empty>}
      {items.map(schedule => (
        <ScheduleCard key={schedule.id} schedule={schedule} edit={() => setForm(schedule.id)} />
      ))}
      {schedules.hasNextPage && (
        <Button variant="default" loading={schedules.isFetchingNextPage} onClick={() => void schedules.fetchNextPage()}>
          Show more
        </Button>
      )}
      <Modal opened={form !== null} onClose={() => setForm(null)} title={<Text fw={650}>{form === 'new' ? 'New schedule' : 'Change the schedule'}</Text>} size="lg">
        {form !== null && <ScheduleForm id={form === 'new' ? null : form} subject={of === undefined ? null : {databaseId: of.databaseId}} close={() => setForm(null)} />}
      </Modal>
    </Stack>
  )
}

function ScheduleCard({schedule, edit}: {schedule: Schedule; edit: () => void}) {
  const writes = useMay('write', useProjectOf(schedule))
  return (
    <Card aria-label={`Schedule ${schedule.name}`} role="group">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Box miw={0}>
          <Group gap="sm">
            <Text fw={650}>{schedule.name}</Text>
            <SubjectName schedule={schedule} />
            {!schedule.enabled && <Badge color="gray">paused</Badge>}
          </Group>
          <Text size="sm">
            {occasionOf(schedule)}, {keepsFor(schedule)}
            {schedule.encrypted && ', sealed'}
          </Text>
          {schedule.nextTimes.length > 0 && (
            <Text size="sm" c="dimmed">
              Next: {schedule.nextTimes.map(at => moment(at, schedule.timeZone)).join(' · ')}
            </Text>
          )}
          <Text size="xs" c="dimmed" component="div" mt={4}>
            Last run: <When at={schedule.lastRunAt} none="never" />
          </Text>
        </Box>
        {writes && <ScheduleActions schedule={schedule} edit={edit} />}
      </Group>
    </Card>
  )
}

function ScheduleActions({schedule, edit}: {schedule: Schedule; edit: () => void}) {
  const navigate = useNavigate()
  const once = useOnce()
  const run = api.useMutation('post', '/api/backups', {...settles(once), onSuccess: made => void navigate(`/backups/${made.id}`)})
  const change = api.useMutation('patch', '/api/backup-schedules/{id}')
  const remove = api.useMutation('delete', '/api/backup-schedules/{id}', {meta: {shown: true}})
  const path = {id: schedule.id}
  const subject = subjectOf(schedule)
  return (
    <Group gap="xs">
      {subject !== null && (
        <Button size="xs" variant="default" loading={run.isPending} onClick={() => run.mutate({params: {header: once.header}, body: {...subject, destinationId: schedule.destinationId, encrypted: schedule.encrypted}})}>
          Run now
        </Button>
      )}
      <Button size="xs" variant="default" loading={change.isPending} onClick={() => change.mutate({params: {path, header: ANY_VERSION}, body: {enabled: !schedule.enabled}})}>
        {schedule.enabled ? 'Pause' : 'Go on'}
      </Button>
      <Button size="xs" variant="default" onClick={edit}>
        Change
      </Button>
      <ConfirmButton size="xs" label="Remove" color="red" variant="light" title={`Remove ${schedule.name}?`} run={() => remove.mutateAsync({params: {path, header: ANY_VERSION}})}>
        Nothing is backed up by it any more. Its backups stay until they are removed by hand.
      </ConfirmButton>
    </Group>
  )
}
