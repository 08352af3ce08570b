import {useSyncExternalStore} from 'react'

/** How exactly times are told; one timer serves all that are shown. */
const TICK_MS = 15_000

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let time = Date.now()

/** Calls back at each tick until what it returns is called; nothing ticks while nobody listens. */
export function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(tick, TICK_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

function tick() {
  time = Date.now()
  listeners.forEach(listener => listener())
}

/** The time of the last tick, or of now while nothing ticks: the same for all that is drawn together. */
export function now(): number {
  if (timer === undefined && Date.now() - time >= TICK_MS) time = Date.now()
  return time
}

/** The present, as exactly as it is shown: whoever uses it is drawn again at each tick. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, now)
}
