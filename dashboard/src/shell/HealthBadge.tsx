import {Badge, Tooltip} from '@mantine/core'
import {Link} from 'react-router'
import {api} from '../api/client'
import {count} from '../parts/format'
import {toldHealth} from './health'

/** Whether the platform is well, in one word. */
export function HealthBadge() {
  const health = api.useQuery('get', '/api/health', undefined, {refetchInterval: 15_000})
  const told = toldHealth(health.data, health.error)
  const alarms = told?.openAlarms ?? 0
  const [color, label] =
    told === undefined
      ? health.isPending ? ['gray', '…'] : ['red', 'unreachable']
      : told.status === 'degraded' ? ['red', 'degraded'] : alarms > 0 ? ['orange', count(alarms, 'alarm')] : ['teal', 'all well']
  const detail = Object.entries(told?.checks ?? {}).map(([name, check]) => `${name}: ${check.detail ?? check.status}`).join(', ')
  return (
    <Tooltip label={detail === '' ? 'The health of the platform' : detail}>
      <Badge component={Link} to="/" color={color} variant="dot" size="lg" style={{cursor: 'pointer', flexShrink: 0}}>
        {label}
      </Badge>
    </Tooltip>
  )
}
