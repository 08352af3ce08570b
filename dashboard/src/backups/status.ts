import type {Schemas} from '../api/client'

export type Backup = Schemas['Backup']

/** What a backup is of, as requests name it. */
export type Subject = {databaseId: string} | {applicationId: string; volume: string} | {platform: true}

export function isBusy(backup: Backup): boolean {
  return backup.status === 'pending' || backup.status === 'running' || backup.status === 'stored'
}

/** Whether it lies somewhere, so that it can be downloaded, proven and removed. */
export function isThere(backup: Backup): boolean {
  return backup.storedAt !== null && backup.removedAt === null
}

/** What is said of it in one word: one that counted and lies nowhere any more is removed; one that never counted is as it ended. */
export function shownStatus(backup: Pick<Backup, 'status' | 'removedAt'>): string {
  const counted = backup.status === 'verified' || backup.status === 'stored'
  return counted && backup.removedAt !== null ? 'removed' : backup.status
}

export function subjectOf(backup: Pick<Backup, 'databaseId' | 'applicationId' | 'volume' | 'platform'>): Subject | null {
  if (backup.platform) return {platform: true}
  if (backup.databaseId !== null) return {databaseId: backup.databaseId}
  if (backup.applicationId !== null && backup.volume !== null) return {applicationId: backup.applicationId, volume: backup.volume}
  return null
}

/** What stage it is at: 0 waits, 1 is taken, 2 is proven, 3 counts. */
export function stageOf(backup: Backup): number {
  if (backup.status === 'verified') return 3
  if (backup.storedAt !== null) return 2
  return backup.startedAt === null ? 0 : 1
}

/** How far the stage is, in percent; null when nobody knows how much it will be. */
export function percentOf(backup: Backup): number | null {
  if (backup.status === 'verified') return 100
  const whole = backup.manifest?.plainBytes ?? 0
  return stageOf(backup) === 2 && whole > 0 ? Math.min(100, (100 * backup.progressBytes) / whole) : null
}

export const TRIGGERS: {[trigger in Backup['trigger']]: string} = {
  manual: 'by hand',
  schedule: 'by schedule',
  before_deploy: 'before a deployment',
  safety: 'for safety, before a restore or an upgrade',
  import: 'brought here',
}
