import {Anchor, Card, Group, SimpleGrid, Stack, Text, Title} from '@mantine/core'
import {IconArrowBackUp, IconDatabase, IconDatabaseExport, IconRocket} from '@tabler/icons-react'
import type {ReactNode} from 'react'
import {Link} from 'react-router'
import {api} from '../api/client'
import {BackupName} from '../backups/BackupName'
import {isBusy as isBackupBusy, shownStatus} from '../backups/status'
import {bytes} from '../parts/format'
import {Empty} from '../parts/Listed'
import {Page} from '../parts/Page'
import {ProblemAlert} from '../parts/ProblemAlert'
import {Rows} from '../parts/Rows'
import {StatusBadge} from '../parts/StatusBadge'
import {When} from '../parts/When'
import {Alarms} from './Alarms'

const SEVERAL = {params: {query: {limit: 100}}} as const

/** What must be looked at, how much there is, and what was backed up last. */
export function OverviewPage() {
  const databases = api.useQuery('get', '/api/databases', SEVERAL, {refetchInterval: 15_000})
  const applications = api.useQuery('get', '/api/applications', SEVERAL)
  const backups = api.useQuery('get', '/api/backups', {params: {query: {limit: 8}}}, {refetchInterval: 5_000})
  const restores = api.useQuery('get', '/api/restores', {params: {query: {limit: 8}}}, {refetchInterval: 5_000})
  const amount = (list: {items: unknown[]; nextCursor: string | null} | undefined) =>
    list === undefined ? '…' : `${list.items.length}${list.nextCursor === null ? '' : '+'}`
  return (
    <Page title="Overview">
      <Alarms />
      <ProblemAlert error={databases.error ?? applications.error ?? backups.error ?? restores.error} />
      <SimpleGrid cols={{base: 2, md: 4}} spacing="md">
        <Figure to="/applications" icon={<IconRocket size={22} />} label="Applications" value={amount(applications.data)} note={running(applications.data?.items)} />
        <Figure to="/databases" icon={<IconDatabase size={22} />} label="Databases" value={amount(databases.data)} note={running(databases.data?.items)} />
        <Figure to="/backups" icon={<IconDatabaseExport size={22} />} label="Last backup" value={backups.data?.items[0] === undefined ? '—' : shownStatus(backups.data.items[0])} note={backups.data?.items[0] && <When at={backups.data.items[0].createdAt} />} />
        <Figure to="/restores" icon={<IconArrowBackUp size={22} />} label="Last restore" value={restores.data?.items[0]?.status ?? '—'} note={restores.data?.items[0] && <When at={restores.data.items[0].createdAt} />} />
      </SimpleGrid>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h4">
            Latest backups
          </Title>
          <Anchor component={Link} to="/backups" size="sm">
            All of them
          </Anchor>
        </Group>
        {backups.data?.items.length === 0 && <Empty>Nothing was backed up yet. A database gets a nightly schedule when it is made.</Empty>}
        {backups.data !== undefined && backups.data.items.length > 0 && (
          <Rows
            label="Latest backups"
            items={backups.data.items}
            keyOf={backup => backup.id}
            columns={[
              {label: 'Of', cell: backup => <BackupName backup={backup} />},
              {label: 'Status', cell: backup => <StatusBadge status={shownStatus(backup)} busy={isBackupBusy(backup)} />},
              {label: 'Size', align: 'right', cell: backup => (backup.manifest === null ? '—' : bytes(backup.manifest.storedBytes))},
              {label: 'Taken', align: 'right', cell: backup => <When at={backup.createdAt} />},
            ]}
          />
        )}
      </Stack>
    </Page>
  )
}

function Figure({to, icon, label, value, note}: {to: string; icon: ReactNode; label: string; value: string; note: ReactNode}) {
  return (
    <Card component={Link} to={to} padding="md" c="inherit" td="none">
      <Group gap="xs" c="dimmed" wrap="nowrap">
        {icon}
        <Text size="sm" fw={600}>
          {label}
        </Text>
      </Group>
      <Text fz={26} fw={700} mt={6} lh={1.2}>
        {value}
      </Text>
      <Text size="sm" c="dimmed" component="div">
        {note ?? ' '}
      </Text>
    </Card>
  )
}

function running(items: {status: string}[] | undefined): string | undefined {
  return items === undefined ? undefined : `${items.filter(item => item.status === 'running').length} running`
}
