import {Select} from '@mantine/core'
import {useSearchParams} from 'react-router'
import {Page} from '../parts/Page'
import {useMay} from '../session/rights'
import {BackUpNow} from './BackUpNow'
import {BackupList} from './BackupList'
import type {Backup} from './status'
import {UploadBackup} from './UploadBackup'

const STATUSES: Backup['status'][] = ['pending', 'running', 'stored', 'verified', 'failed', 'cancelled']

export function BackupsPage() {
  const [search, setSearch] = useSearchParams()
  const status = STATUSES.find(each => each === search.get('status'))
  const writes = useMay('write')
  return (
    <Page
      title="Backups"
      about="A backup counts once it was restored and found equal: then it is verified."
      actions={
        writes && (
          <>
            <UploadBackup />
            <BackUpNow />
          </>
        )
      }
    >
      <Select aria-label="Status" placeholder="Every status" clearable maw={240} data={STATUSES} value={status ?? null} onChange={value => setSearch(value === null ? {} : {status: value}, {replace: true})} />
      <BackupList filter={status === undefined ? {} : {status}} empty={status === undefined ? 'Nothing was backed up yet.' : `No backup is ${status}.`} />
    </Page>
  )
}
