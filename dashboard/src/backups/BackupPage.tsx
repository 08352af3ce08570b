import {Button, Stack} from '@mantine/core'
import {useDebouncedValue} from '@mantine/hooks'
import {IconArrowBackUp, IconDownload} from '@tabler/icons-react'
import {useState} from 'react'
import {Link, useParams} from 'react-router'
import {api} from '../api/client'
import {pollWhile} from '../api/poll'
import type {StreamState} from '../api/stream'
import {ConfirmButton} from '../parts/ConfirmButton'
import {FailureAlert} from '../parts/FailureAlert'
import {Loaded} from '../parts/Loaded'
import {LogView} from '../parts/LogView'
import {Page} from '../parts/Page'
import {StatusBadge} from '../parts/StatusBadge'
import {When} from '../parts/When'
import {useProjectOf} from '../session/project'
import {useMay} from '../session/rights'
import {kindOf} from './BackupName'
import {BackupProgress} from './BackupProgress'
import {Manifest} from './Manifest'
import {type Backup, isBusy, isThere, shownStatus, TRIGGERS} from './status'

/** A log whose end has not come after this long is being written. */
const SETTLED_MS = 1_500

export function BackupPage() {
  const {id = ''} = useParams()
  // another backup's page is another page
  return <Known key={id} id={id} />
}

function Known({id}: {id: string}) {
  const [log, setLog] = useState<StreamState>('connecting')
  const [proofs, setProofs] = useState(0)
  // a later proof leaves the status as it is, but it writes to the log; one that has ended is open for a moment, too
  const [written] = useDebouncedValue(log === 'open', SETTLED_MS)
  const backup = api.useQuery('get', '/api/backups/{id}', {params: {path: {id}}}, {refetchInterval: pollWhile<Backup>(each => isBusy(each) || written)})
  const known = backup.data
  const busy = known !== undefined && (isBusy(known) || (written && log === 'open'))
  return (
    <Page
      title={known === undefined ? 'Backup' : `Backup of ${known.subjectName}`}
      under={{to: '/backups', label: 'Backups'}}
      badge={known && <StatusBadge status={shownStatus(known)} busy={busy} />}
      about={known && <>{kindOf(known)}, taken <When at={known.createdAt} /> {TRIGGERS[known.trigger]} · {known.actor}</>}
      actions={known && <Actions backup={known} busy={busy} asked={() => setProofs(proofs + 1)} />}
    >
      <Loaded query={backup}>
        {found => (
          <Stack gap="lg">
            {isBusy(found) && <BackupProgress backup={found} />}
            <FailureAlert failure={found.failure} />
            <Manifest backup={found} />
            <LogView key={proofs} onState={setLog} path={`/api/backups/${found.id}/logs`} title="What was said while it was taken and proven" />
          </Stack>
        )}
      </Loaded>
    </Page>
  )
}

interface Doing {
  backup: Backup
  /** It is being taken or proven. */
  busy: boolean
  /** Told when another proof was asked for. */
  asked: () => void
}

/** What can be done with a backup as it stands. */
function Actions({backup, busy, asked}: Doing) {
  const writes = useMay('write', useProjectOf(backup))
  const cancel = api.useMutation('post', '/api/backups/{id}/cancel')
  const verify = api.useMutation('post', '/api/backups/{id}/verify', {onSuccess: asked})
  const pin = api.useMutation('patch', '/api/backups/{id}')
  const remove = api.useMutation('delete', '/api/backups/{id}', {meta: {shown: true}})
  const path = {id: backup.id}
  if (!writes) return null
  if (busy) {
    return (
      <Button color="red" variant="light" loading={cancel.isPending} onClick={() => cancel.mutate({params: {path}})}>
        {isBusy(backup) ? 'Cancel the backup' : 'Cancel the proof'}
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
