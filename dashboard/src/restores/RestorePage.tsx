import {Anchor, Button, Card, Stack} from '@mantine/core'
import {Link, useParams} from 'react-router'
import {api} from '../api/client'
import {pollWhile} from '../api/poll'
import {Facts} from '../parts/Facts'
import {FailureAlert} from '../parts/FailureAlert'
import {between, bytes, duration} from '../parts/format'
import {Loaded} from '../parts/Loaded'
import {LogView} from '../parts/LogView'
import {Page} from '../parts/Page'
import {StatusBadge} from '../parts/StatusBadge'
import {When} from '../parts/When'
import {useProjectOf} from '../session/project'
import {useMay} from '../session/rights'
import {Outcome} from './Outcome'
import {RestoreProgress} from './RestoreProgress'
import {isBusy, type Restore} from './status'
import {TargetName} from './TargetName'

export function RestorePage() {
  const {id = ''} = useParams()
  const restore = api.useQuery('get', '/api/restores/{id}', {params: {path: {id}}}, {refetchInterval: pollWhile<Restore>(isBusy)})
  const cancel = api.useMutation('post', '/api/restores/{id}/cancel')
  const known = restore.data
  const writes = useMay('write', useProjectOf(known))
  return (
    <Page
      title="Restore"
      under={{to: '/restores', label: 'Restores'}}
      badge={known && <StatusBadge status={known.status} busy={isBusy(known)} />}
      about={known && <>{known.inPlace ? 'In place of what was in' : 'Into'} <TargetName restore={known} />, asked for by {known.actor} <When at={known.createdAt} /></>}
      actions={
        known !== undefined && writes && isBusy(known) && (
          <Button color="red" variant="light" loading={cancel.isPending} onClick={() => cancel.mutate({params: {path: {id}}})}>
            Cancel the restore
          </Button>
        )
      }
    >
      <Loaded query={restore}>
        {found => (
          <Stack gap="lg">
            {isBusy(found) ? <RestoreProgress restore={found} /> : <Outcome restore={found} />}
            <FailureAlert failure={found.failure} />
            <Card>
              <Facts
                of={{
                  Backup: <Anchor component={Link} to={`/backups/${found.backupId}`}>{found.backupId}</Anchor>,
                  'Safety backup': found.safetyBackupId === null ? (found.inPlace ? 'not taken yet' : 'not needed') : <Anchor component={Link} to={`/backups/${found.safetyBackupId}`}>{found.safetyBackupId}</Anchor>,
                  'What of it': found.only.length === 0 ? 'all' : found.only.join(', '),
                  Restored: bytes(found.progressBytes) + (found.totalBytes > 0 ? ` of ${bytes(found.totalBytes)}` : ''),
                  Began: <When at={found.startedAt} none="not yet" />,
                  Took: found.startedAt === null ? undefined : duration(between(found.startedAt, found.completedAt)),
                }}
              />
            </Card>
            <LogView path={`/api/restores/${found.id}/logs`} title="What was said during the restore" />
          </Stack>
        )}
      </Loaded>
    </Page>
  )
}
