import type {Schemas} from '../api/client'

export type Restore = Schemas['Restore']

export function isBusy(restore: Restore): boolean {
  return restore.status === 'waiting' || restore.status === 'pending' || restore.status === 'running'
}

/** How far it is, in percent; null when nobody knows. */
export function percentOf(restore: Restore): number | null {
  return restore.totalBytes > 0 && restore.progressBytes > 0 ? Math.min(100, (100 * restore.progressBytes) / restore.totalBytes) : null
}
