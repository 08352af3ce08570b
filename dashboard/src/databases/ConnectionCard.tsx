import {Button, Card, Code, Group, Stack, Text} from '@mantine/core'
import {IconEye, IconEyeOff} from '@tabler/icons-react'
import {useEffect, useState} from 'react'
import {api, client, type Schemas} from '../api/client'
import {CopyButton} from '../parts/CopyButton'
import {ProblemAlert} from '../parts/ProblemAlert'
import {useMay} from '../session/rights'
import type {Database} from './status'

/** What was revealed is hidden again after this long. */
const SHOWN_MS = 60_000

/**
 * How applications connect. The password is masked until somebody asks for it, which is written to the audit log; it is kept
 * in no cache and hidden after a minute.
 */
export function ConnectionCard({database}: {database: Database}) {
  const masked = api.useQuery('get', '/api/databases/{id}/connection', {params: {path: {id: database.id}}})
  const [revealed, setRevealed] = useState<Schemas['DatabaseConnection'] | null>(null)
  const [error, setError] = useState<unknown>(null)
  const reveals = useMay('admin', database.projectId)
  useEffect(() => {
    if (revealed === null) return
    const timer = setTimeout(() => setRevealed(null), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [revealed])
  const reveal = async () => {
    setError(null)
    const answer = await client
      .GET('/api/databases/{id}/connection', {params: {path: {id: database.id}, query: {reveal: true}}})
      .catch((failure: unknown) => ({data: undefined, error: failure}))
    if (answer.data === undefined) setError(answer.error)
    else setRevealed(answer.data)
  }
  const shown = revealed ?? masked.data
  return (
    <Card>
      <Group justify="space-between" mb="sm">
        <Text fw={600}>Connection</Text>
        {reveals && (
          <Button size="xs" variant="default" leftSection={revealed ? <IconEyeOff size={14} /> : <IconEye size={14} />} onClick={() => (revealed ? setRevealed(null) : void reveal())}>
            {revealed ? 'Hide the password' : 'Reveal the password'}
          </Button>
        )}
      </Group>
      <Stack gap="xs">
        <ProblemAlert error={error ?? masked.error} />
        {shown && (
          <>
            <Line label="From applications of its project" value={shown.url} copies={revealed !== null} />
            {shown.externalUrl !== null && <Line label="From elsewhere" value={shown.externalUrl} copies={revealed !== null} />}
            <Line label="In a variable" value={shown.reference} copies />
          </>
        )}
      </Stack>
    </Card>
  )
}

function Line({label, value, copies}: {label: string; value: string; copies: boolean}) {
  return (
    <div>
      <Text size="xs" c="dimmed" fw={600}>
        {label}
      </Text>
      <Group gap={4} wrap="nowrap">
        <Code style={{overflowWrap: 'anywhere'}}>{value}</Code>
        {copies && <CopyButton value={value} label={`Copy: ${label}`} />}
      </Group>
    </div>
  )
}
