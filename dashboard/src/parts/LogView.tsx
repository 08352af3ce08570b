import {Badge, Card, Group, Text} from '@mantine/core'
import {useEffect, useEffectEvent, useRef, useState} from 'react'
import type {Schemas} from '../api/client'
import {type StreamState, useStream} from '../api/stream'

type Line = Schemas['Line']
interface Props {
  path: string
  title: string
  onState?: (state: StreamState) => void
}

type Entry = Line | {end: true; status: string}

/** As many lines as are kept on a page; all of them are in the store. */
const MOST = 2_000
const BOTTOM_PX = 40

const STATES: {[state in StreamState]: {color: string; label: string}} = {
  connecting: {color: 'yellow', label: 'connecting'},
  open: {color: 'teal', label: 'live'},
  ended: {color: 'gray', label: 'ended'},
  refused: {color: 'red', label: 'refused'},
}

/**
 * A log as it is written.
 *
 * @param path of the log, such as `/api/backups/bak_1/logs`
 * @param onState told whether it is being written, as soon as that changes
 */
export function LogView(props: Props) {
  return <Log key={props.path} {...props} />
}

function Log({path, title, onState}: Props) {
  const [lines, setLines] = useState<Line[]>([])
  const state = useStream(`${path}?tail=500`, told => {
    const record = JSON.parse(told.data) as Entry
    if ('end' in record) return true
    setLines(known => (isNext(known.at(-1), record) ? [...known.slice(1 - MOST), record] : known))
    return false
  })
  const tells = useEffectEvent((now: StreamState) => onState?.(now))
  useEffect(() => tells(state), [state])
  const box = useRef<HTMLDivElement>(null)
  const follows = useRef(true)
  useEffect(() => {
    if (follows.current) box.current?.scrollTo({top: box.current.scrollHeight})
  }, [lines])
  return (
    <Card>
      <Group justify="space-between" mb="sm">
        <Text fw={600}>{title}</Text>
        <Badge color={STATES[state].color}>{STATES[state].label}</Badge>
      </Group>
      <div
        ref={box}
        className="log"
        role="log"
        aria-label={title}
        tabIndex={0}
        onScroll={event => {
          const at = event.currentTarget
          follows.current = at.scrollHeight - at.scrollTop - at.clientHeight < BOTTOM_PX
        }}
      >
        {lines.map((line, index) => (
          <LogLine key={line.seq ?? `gap-${index}`} line={line} />
        ))}
        {lines.length === 0 && <div className="log-line"><span /> <span>{state === 'connecting' ? 'Connecting …' : 'Nothing was said yet.'}</span></div>}
      </div>
    </Card>
  )
}

/** A stream that is resumed may tell a line again. */
function isNext(last: Line | undefined, line: Line): boolean {
  return last?.seq === undefined || line.seq === undefined || line.seq > last.seq
}

function LogLine({line}: {line: Line}) {
  if (line.gap) {
    return (
      <div className="log-line" data-level="warn">
        <time>gap</time>
        <span>{line.gap.to - line.gap.from + 1} lines are not kept any more</span>
      </div>
    )
  }
  return (
    <div className="log-line" data-level={line.level} data-stream={line.stream}>
      <time dateTime={line.at}>{line.at === undefined ? '' : new Date(line.at).toLocaleTimeString('en-GB')}</time>
      <span>{line.line}</span>
    </div>
  )
}
