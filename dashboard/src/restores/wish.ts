import type {Schemas} from '../api/client'
import type {Backup} from '../backups/status'

type Where = {name: string; projectId: string | null} | {databaseId: string | null}

/** What is asked of the API: exactly one of `into`, `databaseId` and `applicationId` with `volume`. */
export function toRestore(backup: Backup, where: Where, only: string[]): Schemas['RestoreCreate'] {
  if (backup.volume !== null && backup.applicationId !== null) {
    return {backupId: backup.id, applicationId: backup.applicationId, volume: backup.volume}
  }
  const parts = only.length === 0 ? {} : {only}
  if ('name' in where) {
    return {backupId: backup.id, into: {name: where.name, ...(where.projectId === null ? {} : {projectId: where.projectId})}, ...parts}
  }
  return {backupId: backup.id, databaseId: where.databaseId ?? '', ...parts}
}
