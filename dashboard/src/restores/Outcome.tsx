import {Alert, Anchor, Stack, Text} from '@mantine/core'
import {IconCircleCheck, IconCircleX} from '@tabler/icons-react'
import {Link} from 'react-router'
import type {Restore} from './status'
import {TargetName} from './TargetName'

/** What came of a restore, and what to do next. */
export function Outcome({restore}: {restore: Restore}) {
  const back = restore.safetyBackupId !== null && (
    <Text size="sm">
      The way back: restore the <Anchor component={Link} to={`/backups/${restore.safetyBackupId}`}>safety backup</Anchor> of what was there before.
    </Text>
  )
  if (restore.status === 'success') {
    return (
      <Alert color="teal" icon={<IconCircleCheck />} title="It is restored, and was found equal to the backup">
        <Stack gap={6}>
          {restore.databaseId !== null && (
            <Text size="sm">
              <Anchor component={Link} to={`/databases/${restore.databaseId}`}>
                <TargetName restore={restore} />
              </Anchor>{' '}
              {restore.inPlace ? 'serves the restored data. Applications that refer to it reach it as before.' : 'is there. Its page says how to connect to it.'}
            </Text>
          )}
          {restore.applicationId !== null && <Text size="sm">The volume is filled. Start its application again.</Text>}
          {back}
        </Stack>
      </Alert>
    )
  }
  return (
    <Alert color={restore.status === 'cancelled' ? 'gray' : 'red'} icon={<IconCircleX />} title={restore.status === 'cancelled' ? 'It was cancelled' : 'It was not restored'}>
      <Stack gap={6}>
        <Text size="sm">{restore.volume === null ? 'What served before goes on serving.' : 'The volume keeps what it has got; see below whether it was emptied.'}</Text>
        {back}
      </Stack>
    </Alert>
  )
}
