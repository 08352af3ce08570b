import {Text, Tooltip} from '@mantine/core'
import {ago, moment} from './format'

/** A time as people say it, and exactly when one looks closer. */
export function When({at, none = '—'}: {at: string | null; none?: string}) {
  if (at === null) return <>{none}</>
  return (
    <Tooltip label={moment(at)}>
      <Text component="time" inherit dateTime={at} className="nowrap">
        {ago(at)}
      </Text>
    </Tooltip>
  )
}
