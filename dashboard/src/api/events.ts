import {useQueryClient} from '@tanstack/react-query'
import {useEffect, useEffectEvent} from 'react'
import {useStream} from './stream'

/** What must be read again after an event of a type that begins so: all paths that begin with one of these. */
const ABOUT: Record<string, string[]> = {
  application: ['/api/applications', '/api/backup-schedules'],
  deployment: ['/api/deployments', '/api/applications', '/api/backups'],
  database: ['/api/databases', '/api/restores'],
  backup: ['/api/backups', '/api/restores', '/api/alarms'],
  alarm: ['/api/alarms'],
}

/**
 * Reads again what the platform says has changed. Steps and bytes of what is being worked on are no events, and those who may not
 * see everything hear of applications and deployments only: both ask for it (see `poll.ts`).
 */
export function useLiveEvents() {
  const queries = useQueryClient()
  const readAgain = (paths: string[]) =>
    void queries.invalidateQueries({predicate: query => paths.some(path => String(query.queryKey[1]).startsWith(path))})
  const state = useStream('/api/events', told => readAgain(ABOUT[(told.type ?? '').split('.')[0] ?? ''] ?? []))
  const comesBack = useEffectEvent(() => readAgain(Object.values(ABOUT).flat()))
  useEffect(() => {
    // what happened while nothing was heard
    if (state === 'open') comesBack()
  }, [state])
}
