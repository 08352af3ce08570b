import {Card, Code} from '@mantine/core'
import {Facts} from '../parts/Facts'
import {When} from '../parts/When'
import type {Database} from './status'

/** What is set, in short. */
export function FactsCard({database}: {database: Database}) {
  const settings = Object.entries(database.settings)
  return (
    <Card>
      <Facts
        of={{
          Host: <Code>{`${database.host}:${database.port}`}</Code>,
          Database: database.database,
          User: database.user,
          'Port for everybody': database.external ? undefined : (database.externalPort ?? 'none'),
          Memory: database.external ? undefined : database.resources.memoryMb === null ? 'no limit' : `${database.resources.memoryMb} MiB`,
          Processors: database.external ? undefined : (database.resources.cpus ?? 'no limit'),
          Image: database.image ?? 'the engine’s own',
          Settings: settings.length === 0 ? 'the engine’s own' : settings.map(([name, value]) => `${name} = ${value}`).join(', '),
          Made: <When at={database.createdAt} />,
        }}
      />
    </Card>
  )
}
