import {Alert, Button, Card, Code, Group, Stack, Text} from '@mantine/core'
import {IconPlus} from '@tabler/icons-react'
import {Link} from 'react-router'
import {api, type Schemas} from '../api/client'
import {ConfirmButton} from '../parts/ConfirmButton'
import {Loaded} from '../parts/Loaded'
import {Page} from '../parts/Page'
import {ProblemAlert} from '../parts/ProblemAlert'
import {StatusBadge} from '../parts/StatusBadge'
import {When} from '../parts/When'
import {useMay} from '../session/rights'

type Destination = Schemas['Destination']

/** Where backups may lie. */
export function DestinationsPage() {
  const destinations = api.useQuery('get', '/api/destinations', undefined, {refetchInterval: 15_000})
  const administers = useMay('admin', null)
  return (
    <Page
      title="Destinations"
      about="Where backups lie. Each is tried once a day while schedules lead there."
      actions={
        administers && (
          <Button component={Link} to="/destinations/new" leftSection={<IconPlus size={16} />}>
            New destination
          </Button>
        )
      }
    >
      <Loaded query={destinations}>
        {found => (
          <Stack>
            {found.items.map(destination => (
              <DestinationCard key={destination.id} destination={destination} administers={administers} />
            ))}
          </Stack>
        )}
      </Loaded>
    </Page>
  )
}

function DestinationCard({destination, administers}: {destination: Destination; administers: boolean}) {
  const check = api.useMutation('post', '/api/destinations/{id}/check', {meta: {shown: true}})
  const remove = api.useMutation('delete', '/api/destinations/{id}', {meta: {shown: true}})
  const params = {params: {path: {id: destination.id}}}
  const failure = destination.checkFailure
  return (
    <Card>
      <Group justify="space-between" align="flex-start">
        <div style={{minWidth: 0}}>
          <Group gap="sm">
            <Text fw={650}>{destination.name}</Text>
            <StatusBadge status={failure ? 'failed' : destination.checkedAt === null ? 'not tried yet' : 'ok'} />
          </Group>
          <Text size="sm" c="dimmed" style={{overflowWrap: 'anywhere'}} component="div">
            {placeOf(destination)}
          </Text>
          <Text size="xs" c="dimmed" mt={4} component="div">
            Last tried: <When at={destination.checkedAt} none="never" />
          </Text>
        </div>
        {administers && (
          <Group gap="xs">
            <Button variant="default" size="sm" loading={check.isPending} onClick={() => check.mutate(params)}>
              Test
            </Button>
            <ConfirmButton size="sm" label="Remove" color="red" variant="light" title={`Forget ${destination.name}?`} typed={destination.name} run={() => remove.mutateAsync(params)}>
              It is refused while a schedule leads there or a backup is recorded there. Nothing that lies there is touched.
            </ConfirmButton>
          </Group>
        )}
      </Group>
      <Stack gap="xs" mt={failure || check.data || check.error ? 'sm' : 0}>
        <ProblemAlert error={check.error} />
        {check.data?.ok === true && (
          <Alert color="teal" title="It works">
            A small object was written, read and removed there.
          </Alert>
        )}
        {failure && (
          <Alert color="red" title={failure.detail}>
            {failure.remedy} <Code>{failure.code}</Code>
          </Alert>
        )}
      </Stack>
    </Card>
  )
}

function placeOf(destination: Destination): string {
  const text = (settings: object | null, ...names: string[]) => names.map(name => (settings as {[name: string]: unknown} | null)?.[name]).filter(each => each !== undefined && each !== '' && each !== null).join('/')
  switch (destination.type) {
    case 'local':
      return `A folder: ${text(destination.local, 'path')}`
    case 's3':
      return `S3: ${text(destination.s3, 'endpoint', 'bucket', 'prefix')}`
    case 'sftp':
      return `SFTP: ${text(destination.sftp, 'user')}@${text(destination.sftp, 'host')}:${text(destination.sftp, 'directory')}`
  }
}
