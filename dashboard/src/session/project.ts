import {api} from '../api/client'

interface Thing {
  databaseId?: string | null
  applicationId?: string | null
  platform?: boolean
}

interface Owner {
  data: {projectId: string} | undefined
  isPending: boolean
}

const SELDOM = {staleTime: 60_000}

/** The project of something, for asking what one may do to it: null is the organization's alone, undefined any. */
export function useProjectOf(thing: Thing | undefined): string | null | undefined {
  const databaseId = thing?.databaseId ?? null
  const applicationId = databaseId === null ? (thing?.applicationId ?? null) : null
  const database = api.useQuery('get', '/api/databases/{id}', {params: {path: {id: databaseId ?? ''}}}, {...SELDOM, enabled: databaseId !== null})
  const application = api.useQuery('get', '/api/applications/{id}', {params: {path: {id: applicationId ?? ''}}}, {...SELDOM, enabled: applicationId !== null})
  return projectOf(thing, databaseId !== null ? database : applicationId !== null ? application : null)
}

/**
 * The same from what is known.
 *
 * @param owner the database or application that it belongs to; null: none, as of a backup that was brought here
 */
export function projectOf(thing: Thing | undefined, owner: Owner | null): string | null | undefined {
  // nobody is shown what he may not press, only to see it taken away
  if (thing === undefined || thing.platform === true || owner?.isPending === true) return null
  // nothing tells the project of what belongs to nothing that is there: the server decides
  return owner?.data?.projectId
}
