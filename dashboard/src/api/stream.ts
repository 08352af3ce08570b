import {createParser} from 'eventsource-parser'
import {useEffect, useEffectEvent, useState} from 'react'

export interface Told {
  id: string | undefined
  type: string | undefined
  data: string
}

export type StreamState = 'connecting' | 'open' | 'ended' | 'refused'

const SOONEST_MS = 1_000
const LATEST_MS = 30_000
/** The longest that a refusal for now makes it wait. */
const REFUSED_MS = 300_000
/** The server says something every 20 seconds, if only that it is there: what is silent for longer is broken. */
const SILENT_MS = 60_000

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

/**
 * The same without a page; ends when it is gone, refused for good or told that nothing more will come. While nobody looks at the
 * page it holds no connection: a browser has six for all pages of a platform together.
 */
export async function follow(url: string, gone: AbortSignal, tell: (told: Told) => boolean | void, show: (state: StreamState) => void) {
  let last: string | undefined
  let wait = SOONEST_MS
  while (!gone.aborted) {
    await looked(gone)
    let ended = false
    let least = 0
    const line = new Line(gone)
    try {
      const headers: Record<string, string> = {Accept: 'text/event-stream'}
      if (last !== undefined) headers['Last-Event-ID'] = last
      const response = await fetch(url, {headers, signal: line.broken})
      if (!response.ok) {
        if (isFinal(response.status)) {
          show('refused')
          return
        }
        least = retryAfter(response.headers.get('Retry-After'))
      } else if (response.body !== null) {
        show('open')
        wait = SOONEST_MS
        const parser = createParser({
          onEvent: event => {
            last = event.id ?? last
            ended = tell({id: event.id, type: event.event, data: event.data}) === true || ended
          },
        })
        const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
        for (let part = await reader.read(); !part.done; part = await reader.read()) {
          line.heard()
          parser.feed(part.value)
        }
      }
    } catch {
      // the connection broke, or the platform restarts: it is tried again below, and the page shows that it connects
    } finally {
      line.close()
    }
    if (gone.aborted) return
    if (ended) {
      show('ended')
      return
    }
    show('connecting')
    if (document.hidden) {
      wait = SOONEST_MS
    } else {
      await pause(Math.max(wait, least), gone)
      wait = Math.min(wait * 2, LATEST_MS)
    }
  }
}

/** One connection: broken by whoever goes, by silence, and while nobody looks. */
class Line {
  private readonly attempt = new AbortController()
  private readonly breakIt = () => this.attempt.abort()
  private readonly breakHidden = () => {
    if (document.hidden) this.attempt.abort()
  }
  private silence: ReturnType<typeof setTimeout>

  constructor(private readonly gone: AbortSignal) {
    this.silence = setTimeout(this.breakIt, SILENT_MS)
    gone.addEventListener('abort', this.breakIt)
    document.addEventListener('visibilitychange', this.breakHidden)
    if (gone.aborted) this.breakIt()
  }

  get broken(): AbortSignal {
    return this.attempt.signal
  }

  heard() {
    clearTimeout(this.silence)
    this.silence = setTimeout(this.breakIt, SILENT_MS)
  }

  /** Also gives back what was not read to its end. */
  close() {
    clearTimeout(this.silence)
    this.gone.removeEventListener('abort', this.breakIt)
    document.removeEventListener('visibilitychange', this.breakHidden)
    this.attempt.abort()
  }
}

/** Whether asking again gets the same answer: not so when it took too long or was asked too often. */
function isFinal(status: number): boolean {
  return status < 500 && status !== 408 && status !== 429
}

/** What the server wants to be left alone for, in milliseconds; 0 when it does not say. */
function retryAfter(told: string | null): number {
  if (told === null) return 0
  const millis = /^\d+$/.test(told) ? Number(told) * 1_000 : Date.parse(told) - Date.now()
  return Number.isNaN(millis) ? 0 : Math.min(Math.max(0, millis), REFUSED_MS)
}

/** Waits until somebody looks at the page. */
function looked(gone: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const look = () => {
      if (document.hidden && !gone.aborted) return
      document.removeEventListener('visibilitychange', look)
      gone.removeEventListener('abort', look)
      resolve()
    }
    document.addEventListener('visibilitychange', look)
    gone.addEventListener('abort', look)
    look()
  })
}

function pause(ms: number, gone: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const end = () => {
      clearTimeout(timer)
      gone.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    gone.addEventListener('abort', end)
  })
}
