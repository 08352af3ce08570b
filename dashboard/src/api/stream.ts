import {createParser} from 'eventsource-parser'
import {useEffect, useEffectEvent, useState} from 'react'
import {toProblem} from './problem'

export interface Told {
  id: string | undefined
  type: string | undefined
  data: string
}

export type StreamState = 'connecting' | 'open' | 'ended' | 'refused'

const SOONEST_MS = 1_000
const LATEST_MS = 30_000

/**
 * Follows a stream of server-sent events and resumes it behind the last event after a break. The browser's own EventSource
 * needs to know the types of events beforehand and hides why it was refused.
 *
 * @param url null follows nothing
 * @param onTold returns true when nothing more will come
 */
export function useStream(url: string | null, onTold: (told: Told) => boolean | void): StreamState {
  const [state, setState] = useState<StreamState>('connecting')
  const tell = useEffectEvent(onTold)
  useEffect(() => {
    if (url === null) return
    const gone = new AbortController()
    setState('connecting')
    void follow(url, gone.signal, tell, setState)
    return () => gone.abort()
  }, [url])
  return state
}

async function follow(url: string, gone: AbortSignal, tell: (told: Told) => boolean | void, show: (state: StreamState) => void) {
  let last: string | undefined
  let wait = SOONEST_MS
  while (!gone.aborted) {
    let ended = false
    try {
      const headers: Record<string, string> = {Accept: 'text/event-stream'}
      if (last !== undefined) headers['Last-Event-ID'] = last
      const response = await fetch(url, {headers, signal: gone})
      if (!response.ok || response.body === null) {
        if (toProblem(await response.json()).status < 500) {
          show('refused')
          return
        }
      } else {
        show('open')
        wait = SOONEST_MS
        const parser = createParser({
          onEvent: event => {
            last = event.id ?? last
            ended = tell({id: event.id, type: event.event, data: event.data}) === true || ended
          },
        })
        const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
        for (let part = await reader.read(); !part.done; part = await reader.read()) parser.feed(part.value)
      }
    } catch {
      // the connection broke, or the platform restarts: it is tried again below, and the page shows that it connects
    }
    if (gone.aborted) return
    if (ended) {
      show('ended')
      return
    }
    show('connecting')
    await pause(wait, gone)
    wait = Math.min(wait * 2, LATEST_MS)
  }
}

function pause(ms: number, gone: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms)
    gone.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    }, {once: true})
  })
}
