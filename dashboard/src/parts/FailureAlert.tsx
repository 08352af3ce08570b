import {Alert, Code, Stack, Text} from '@mantine/core'
import {IconAlertTriangle} from '@tabler/icons-react'
import type {Schemas} from '../api/client'

/** Why a piece of work failed: where, what, what to do, and the last that was said. */
export function FailureAlert({failure}: {failure: Schemas['WorkFailure'] | null}) {
  if (failure === null) return null
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title={`It failed at “${failure.step}”`}>
      <Stack gap={8}>
        <Text size="sm">{failure.detail}</Text>
        <Text size="sm" fw={600}>
          {failure.remedy}
        </Text>
        <div>
          <Code>{failure.code}</Code>
        </div>
        {failure.logTail.length > 0 && (
          <Code block fz="xs">
            {failure.logTail.join('\n')}
          </Code>
        )}
      </Stack>
    </Alert>
  )
}
