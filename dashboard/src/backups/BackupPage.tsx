import {Button, Stack} from '@mantine/core'
import {IconArrowBackUp, IconDownload} from '@tabler/icons-react'
import {Link, useParams} from 'react-router'
import {api} from '../api/client'
import {pollWhile} from '../api/poll'
import {ConfirmButton} from '../parts/ConfirmButton'
import {FailureAlert} from '../parts/FailureAlert'
import {Loaded} from '../parts/Loaded'
import {LogView} from '../parts/LogView'
import {Page} from '../parts/Page'
import {StatusBadge} from '../parts/StatusBadge'
import {When} from '../parts/When'
import {useMay} from '../session/rights'
import {kindOf} from './BackupName'
import {BackupProgress} from './BackupProgress'
import {Manifest} from './Manifest'
import {type Backup, isBusy, isThere, shownStatus, TRIGGERS} from './status'

export function BackupPage() {
  const {id = ''} = useParams()
  const backup = api.useQuery('get', '/api/backups/{id}', {params: {path: {id}}}, {refetchInterval: pollWhile<Backup>(isBusy)})
  const known = backup.data
  return (
    <Page
      title={known === undefined ? 'Backup' : `Backup of ${known.subjectName}`}
      under={{to: '/backups', label: 'Backups'}}
      badge={known && <StatusBadge status={shownStatus(known)} busy={isBusy(known)} />}
      about={known && <>{kindOf(known)}, taken <When at={known.createdAt} /> {TRIGGERS[known.trigger]} · {known.actor}</>}
      actions={known && <Actions backup={known} />}
    >
      <Loaded query={backup}>
        {found => (
          <Stack gap="lg">
            {isBusy(found) && <BackupProgress backup={found} />}
            <FailureAlert failure={found.failure} />
            <Manifest backup={found} />
            <LogView path={`/api/backups/${found.id}/logs`} title="What was said while it was taken and proven" />
          </Stack>
        )}
      </Loaded>
    </Page>
  )
}

/** What can be done with a backup as it stands. */
function Actions({backup}: {backup: Backup}) {
  const writes = useMay('write')
  const cancel = api.useMutation('post', '/api/backups/{id}/cancel')
  const verify = api.useMutation('post', '/api/backups/{id}/verify')
  const pin = api.useMutation('patch', '/api/backups/{id}')
  const remove = api.useMutation('delete', '/api/backups/{id}', {meta: {shown: true}})
  const path = {id: backup.id}
  if (!writes) return null
  if (isBusy(backup)) {
    return (
      <Button color="red" variant="light" loading={cancel.isPending} onClick={() => cancel.mutate({params: {path}})}>
        Cancel the backup
      </Button>
    )
  }
  if (!isThere(backup)) return null
  return (
    <>
      {backup.status === 'verified' && !backup.platform && (
        <Button component={Link} to={`/backups/${backup.id}/restore`} leftSection={<IconArrowBackUp size={16} />}>
          Restore
        </Button>
      )}
      <Button variant="default" loading={verify.isPending} onClick={() => verify.mutate({params: {path}})}>
        Prove again
      </Button>
      <Button variant="default" component="a" href={`/api/backups/${backup.id}/content`} download leftSection={<IconDownload size={16} />}>
        Download
      </Button>
      <Button variant="default" loading={pin.isPending} onClick={() => pin.mutate({params: {path}, body: {pinned: !backup.pinned}})}>
        {backup.pinned ? 'Unpin' : 'Pin'}
      </Button>
      <ConfirmButton label="Remove" color="red" variant="light" title="Remove this backup?" run={() => remove.mutateAsync({params: {path}})}>
        It is removed from its destination, for good. The last verified backup of something is kept unless you take another first.
      </ConfirmButton>
    </>
  )
}
