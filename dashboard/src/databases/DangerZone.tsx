import {Card, Group, Stack, Switch, Text} from '@mantine/core'
import {useState} from 'react'
import {api} from '../api/client'
import {SHOWN} from '../api/queries'
import {ConfirmButton} from '../parts/ConfirmButton'
import type {Database} from './status'

/** Another password, and the end. */
export function DangerZone({database, removed}: {database: Database; removed: () => void}) {
  const [removeData, setRemoveData] = useState(false)
  const rotate = api.useMutation('post', '/api/databases/{id}/password', SHOWN)
  const remove = api.useMutation('delete', '/api/databases/{id}', SHOWN)
  const path = {id: database.id}
  return (
    <Card>
      <Group justify="space-between">
        <Stack gap={0}>
          <Text fw={600}>Danger zone</Text>
          <Text size="sm" c="dimmed">
            {database.external ? 'Forgetting it leaves its server as it is.' : 'It cannot be removed while variables refer to it. Its backups stay.'}
          </Text>
        </Stack>
        <Group gap="xs">
          {!database.external && (
            <ConfirmButton label="New password" title={`Give ${database.name} another password?`} run={() => rotate.mutateAsync({params: {path}})}>
              Applications that refer to it get it with their next deployment; what is connected stays so.
            </ConfirmButton>
          )}
          <ConfirmButton
            label={database.external ? 'Forget it' : 'Remove it'}
            color="red"
            variant="light"
            title={`${database.external ? 'Forget' : 'Remove'} ${database.name}?`}
            typed={database.name}
            run={async () => {
              await remove.mutateAsync({params: {path, query: {removeData}, header: {'If-Match': '*'}}})
              removed()
            }}
          >
            <Stack gap="sm">
              {database.external ? 'Slipway forgets how to reach it. Nothing is changed there.' : 'Its server goes. Backups stay where they are.'}
              {!database.external && <Switch label="Also the volume with its data" checked={removeData} onChange={event => setRemoveData(event.currentTarget.checked)} />}
            </Stack>
          </ConfirmButton>
        </Group>
      </Group>
    </Card>
  )
}
