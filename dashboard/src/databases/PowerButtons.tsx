import {Button} from '@mantine/core'
import {api} from '../api/client'
import {ConfirmButton} from '../parts/ConfirmButton'
import {useMay} from '../session/rights'
import {type Database, isBusy} from './status'

/** Start, stop and restart. */
export function PowerButtons({database}: {database: Database}) {
  const start = api.useMutation('post', '/api/databases/{id}/start')
  const stop = api.useMutation('post', '/api/databases/{id}/stop', {meta: {shown: true}})
  const restart = api.useMutation('post', '/api/databases/{id}/restart', {meta: {shown: true}})
  const deploys = useMay('deploy', database.projectId)
  const params = {params: {path: {id: database.id}}}
  const busy = isBusy(database)
  if (!deploys) return null
  if (database.stopped) {
    return (
      <Button variant="default" disabled={busy} loading={start.isPending} onClick={() => start.mutate(params)}>
        Start
      </Button>
    )
  }
  return (
    <>
      <ConfirmButton label="Restart" title={`Restart ${database.name}?`} disabled={busy} run={() => restart.mutateAsync(params)}>
        Its connections end, and applications reach it again some seconds later.
      </ConfirmButton>
      <ConfirmButton label="Stop" title={`Stop ${database.name}?`} disabled={busy} run={() => stop.mutateAsync(params)}>
        Applications cannot reach it until it is started again. Its data stays.
      </ConfirmButton>
    </>
  )
}
