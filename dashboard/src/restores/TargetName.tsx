import {api} from '../api/client'
import type {Restore} from './status'

/** The name of what a restore fills; its id while that is not known, or when it is gone. */
export function TargetName({restore}: {restore: Restore}) {
  const database = api.useQuery('get', '/api/databases/{id}', {params: {path: {id: restore.databaseId ?? ''}}}, {enabled: restore.databaseId !== null, staleTime: 60_000})
  const application = api.useQuery('get', '/api/applications/{id}', {params: {path: {id: restore.applicationId ?? ''}}}, {enabled: restore.applicationId !== null, staleTime: 60_000})
  if (restore.databaseId !== null) return <>{database.data?.name ?? restore.databaseId}</>
  return <>{`${application.data?.name ?? restore.applicationId ?? ''} / ${restore.volume ?? ''}`}</>
}
