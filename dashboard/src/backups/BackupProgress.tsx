import {Card, Group, Progress, Stepper, Text} from '@mantine/core'
import {useMediaQuery} from '@mantine/hooks'
import {between, bytes, duration} from '../parts/format'
import {type Backup, percentOf, stageOf} from './status'

const STAGES = ['Waiting', 'Taking', 'Proving', 'Verified']
const MEANINGS = [
  'It waits for its turn.',
  'The database’s own tool reads it; what it says is hashed, compressed and stored on its way.',
  'It lies at its destination. Now it is restored into a server of its own, and compared.',
]

/** How far a backup is, step by step. */
export function BackupProgress({backup}: {backup: Backup}) {
  const narrow = useMediaQuery('(max-width: 36em)', false, {getInitialValueInEffect: false})
  const stage = stageOf(backup)
  const percent = percentOf(backup)
  return (
    <Card role="status" aria-label="Progress">
      {!narrow && (
        <Stepper active={stage} size="sm" mb="md" allowNextStepsSelect={false}>
          {STAGES.map((label, index) => (
            <Stepper.Step key={label} label={label} loading={index === stage} />
          ))}
        </Stepper>
      )}
      <Progress value={percent ?? 100} animated striped={percent === null} size="lg" aria-label={STAGES[stage]} />
      <Group justify="space-between" mt="xs" gap="xs">
        <Text size="sm">
          <b>{STAGES[stage]}.</b> {MEANINGS[stage]}
        </Text>
        <Text size="sm" c="dimmed" className="nowrap">
          {bytes(backup.progressBytes)}
          {backup.startedAt !== null && ` · ${duration(between(backup.startedAt, null))}`}
        </Text>
      </Group>
    </Card>
  )
}
