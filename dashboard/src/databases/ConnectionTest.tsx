import {Alert, Button, Group, Stack} from '@mantine/core'
import {api} from '../api/client'
import {SHOWN} from '../api/queries'
import {ProblemAlert} from '../parts/ProblemAlert'

/** Asks a server whether it lets us in, before anything is stored. */
export function ConnectionTest({url, projectId}: {url: string; projectId: string | null}) {
  const test = api.useMutation('post', '/api/databases/connection-tests', SHOWN)
  return (
    <Stack gap="xs">
      <Group>
        <Button variant="default" disabled={url.length < 8} loading={test.isPending} onClick={() => test.mutate({body: {url, ...(projectId === null ? {} : {projectId})}})}>
          Test the connection
        </Button>
      </Group>
      <ProblemAlert error={test.error} />
      {test.data && (
        <Alert color={test.data.ok ? 'teal' : 'red'} title={test.data.ok ? `It lets us in, after ${test.data.tookMs} ms` : 'It does not let us in'}>
          {test.data.ok ? test.data.serverVersion : `${test.data.detail ?? ''} ${test.data.remedy ?? ''}`}
        </Alert>
      )}
    </Stack>
  )
}
