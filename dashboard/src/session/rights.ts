import {createContext, useContext} from 'react'
import type {Schemas} from '../api/client'

export type Who = Schemas['Who']
type Role = Schemas['Role']

/** What a button needs; see `x-scope` in the contract. */
export type Scope = 'deploy' | 'write' | 'admin' | 'people'

const ORDER: Role[] = ['viewer', 'developer', 'admin', 'owner']
const NEEDED: {[scope in Scope]: Role} = {deploy: 'developer', write: 'developer', admin: 'admin', people: 'owner'}

/** Whether somebody may do something: in a project, in the whole organization (null), or anywhere (undefined). */
export function may(who: Who, scope: Scope, projectId?: string | null): boolean {
  return (who.user?.memberships ?? []).some(
    membership =>
      ORDER.indexOf(membership.role) >= ORDER.indexOf(NEEDED[scope]) &&
      (projectId === undefined || membership.projectId === null || membership.projectId === projectId),
  )
}

export const WhoContext = createContext<Who | null>(null)

export function useWho(): Who {
  const who = useContext(WhoContext)
  if (who === null) throw new Error('only pages behind the sign-in ask who looks at them')
  return who
}

/** What the one who looks may do; the server decides anyway, but nobody shall press what is refused. */
export function useMay(scope: Scope, projectId?: string | null): boolean {
  return may(useWho(), scope, projectId)
}
