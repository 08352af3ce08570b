import type {Schemas} from '../api/client'

export type Database = Schemas['Database']

/** Whether something is being done to it just now. */
export function isBusy(database: Database): boolean {
  return database.work !== null || database.status === 'creating'
}

export const ENGINES: {[engine in Schemas['DatabaseEngine']]: string} = {
  postgresql: 'PostgreSQL',
  mariadb: 'MariaDB',
  mysql: 'MySQL',
  mongodb: 'MongoDB',
  redis: 'Redis',
  valkey: 'Valkey',
}
