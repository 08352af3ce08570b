import type {ReactNode} from 'react'
import {api, pages} from '../api/client'
import {pollPagesWhile} from '../api/poll'
import {between, bytes, duration} from '../parts/format'
import {Listed} from '../parts/Listed'
import {StatusBadge} from '../parts/StatusBadge'
import {When} from '../parts/When'
import {BackupName} from './BackupName'
import {type Backup, isBusy, shownStatus, TRIGGERS} from './status'

interface Filter {
  databaseId?: string
  scheduleId?: string
  status?: Backup['status']
}

/** Backups, newest first. */
export function BackupList({filter, empty}: {filter: Filter; empty: ReactNode}) {
  const backups = api.useInfiniteQuery('get', '/api/backups', {params: {query: {limit: 30, ...filter}}}, {...pages, refetchInterval: pollPagesWhile<Backup>(isBusy)})
  return (
    <Listed
      query={backups}
      label="Backups"
      empty={empty}
      columns={[
        {label: 'Of', cell: backup => <BackupName backup={backup} />},
        {label: 'Status', cell: backup => <StatusBadge status={shownStatus(backup)} busy={isBusy(backup)} />},
        {label: 'Taken', cell: backup => <><When at={backup.createdAt} /> {TRIGGERS[backup.trigger]}</>},
        {label: 'Size', align: 'right', cell: backup => (backup.manifest === null ? '—' : bytes(backup.manifest.storedBytes))},
        {label: 'Took', align: 'right', cell: backup => (backup.startedAt === null ? '—' : duration(between(backup.startedAt, backup.completedAt)))},
      ]}
    />
  )
}
