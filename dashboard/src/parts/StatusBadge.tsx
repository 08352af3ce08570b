import {Badge, Loader} from '@mantine/core'

const COLOURS: Record<string, string> = {
  ok: 'teal', running: 'teal', verified: 'teal', success: 'teal', serving: 'teal',
  stored: 'yellow', degraded: 'yellow', external: 'grape', warm: 'yellow',
  pending: 'blue', waiting: 'blue', creating: 'blue', building: 'blue', deploying: 'blue', working: 'blue',
  failed: 'red',
  stopped: 'gray', cancelled: 'gray', idle: 'gray',
}

/**
 * A status as a coloured word.
 *
 * @param busy something is being done just now
 */
export function StatusBadge({status, busy = false}: {status: string; busy?: boolean}) {
  const colour = busy ? 'blue' : (COLOURS[status] ?? 'gray')
  return (
    <Badge color={colour} leftSection={busy ? <Loader size={10} color={colour} /> : undefined} data-status={status} style={{flexShrink: 0}}>
      {status.replace('_', ' ')}
    </Badge>
  )
}
