import {Alert, Code, Group, Stack, Text} from '@mantine/core'
import {IconAlertTriangle} from '@tabler/icons-react'
import {toProblem} from '../api/problem'

/** Why something failed and what to do; nothing while it did not. */
export function ProblemAlert({error}: {error: unknown}) {
  if (error === null || error === undefined) return null
  const problem = toProblem(error)
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title={problem.title} role="alert">
      <Stack gap={6}>
        <Text size="sm">{problem.detail}</Text>
        {problem.errors?.map(each => (
          <Text size="sm" key={each.field + each.message}>
            <Code>{each.field}</Code> {each.message}
          </Text>
        ))}
        <Text size="sm" fw={600}>
          {problem.remedy}
        </Text>
        <Group>
          <Code>{problem.code}</Code>
        </Group>
      </Stack>
    </Alert>
  )
}
