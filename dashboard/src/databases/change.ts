import type {Schemas} from '../api/client'
import {numberOrNull} from '../parts/numbers'
import type {Database} from './status'

/** What the fields of the form hold: a number, or nothing for no limit. */
export interface Fields {
  memoryMb: number | string
  cpus: number | string
  externalPort: number | string
}

export function fieldsOf({resources, externalPort}: Pick<Database, 'resources' | 'externalPort'>): Fields {
  return {memoryMb: resources.memoryMb ?? '', cpus: resources.cpus ?? '', externalPort: externalPort ?? ''}
}

/** What differs, and nothing else; null when nothing does. */
export function toChange(known: Pick<Database, 'resources' | 'externalPort'>, fields: Fields): Schemas['DatabasePatch'] | null {
  const resources = changed(known.resources, {memoryMb: numberOrNull(fields.memoryMb), cpus: numberOrNull(fields.cpus)})
  const rest = changed({externalPort: known.externalPort}, {externalPort: numberOrNull(fields.externalPort)})
  const change = {...(Object.keys(resources).length === 0 ? {} : {resources}), ...rest}
  return Object.keys(change).length === 0 ? null : change
}

function changed<T extends object>(known: T, wanted: T): Partial<T> {
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => known[name as keyof T] !== value)) as Partial<T>
}
