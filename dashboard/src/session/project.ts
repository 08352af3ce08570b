import {api} from '../api/client'

interface Of {
  databaseId?: string | null
  applicationId?: string | null
}

const SELDOM = {staleTime: 60_000}

/**
 * The project of what belongs to a database or application, for asking what one may do to it: null (the organization's alone) while
 * that is being found out and for what belongs to neither, undefined (anywhere) when the database or application is gone.
 */
export function useProjectOf(thing: Of | undefined): string | null | undefined {
  const databaseId = thing?.databaseId ?? null
  const applicationId = databaseId === null ? (thing?.applicationId ?? null) : null
  const database = api.useQuery('get', '/api/databases/{id}', {params: {path: {id: databaseId ?? ''}}}, {...SELDOM, enabled: databaseId !== null})
  const application = api.useQuery('get', '/api/applications/{id}', {params: {path: {id: applicationId ?? ''}}}, {...SELDOM, enabled: applicationId !== null})
  if (databaseId === null && applicationId === null) return null
  const owner = databaseId === null ? application : database
  return owner.data?.projectId ?? (owner.isPending ? null : undefined)
}
