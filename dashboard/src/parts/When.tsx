import {Text, Tooltip} from '@mantine/core'
import {useNow} from './clock'
import {ago, moment} from './format'

/** A time as people say it, and exactly when one looks closer. */
export function When({at, none = '—'}: {at: string | null; none?: string}) {
  const tick = useNow()
  if (at === null) return <>{none}</>
  // what happened since the last tick did not happen in the future
  const now = Math.max(tick, Math.min(Date.parse(at), Date.now()))
  return (
    <Tooltip label={moment(at)}>
      <Text component="time" inherit dateTime={at} className="nowrap">
        {ago(at, now)}
      </Text>
    </Tooltip>
  )
}
