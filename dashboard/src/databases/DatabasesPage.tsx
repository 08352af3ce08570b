import {Anchor, Button, TextInput} from '@mantine/core'
import {useDebouncedValue} from '@mantine/hooks'
import {IconPlus, IconSearch} from '@tabler/icons-react'
import {useState} from 'react'
import {Link} from 'react-router'
import {api, pages} from '../api/client'
import {pollPagesWhile} from '../api/poll'
import {Listed} from '../parts/Listed'
import {Page} from '../parts/Page'
import {StatusBadge} from '../parts/StatusBadge'
import {When} from '../parts/When'
import {useMay} from '../session/rights'
import {type Database, ENGINES, isBusy} from './status'

export function DatabasesPage() {
  const [wanted, setWanted] = useState('')
  const [q] = useDebouncedValue(wanted.trim(), 300)
  const databases = api.useInfiniteQuery('get', '/api/databases', {params: {query: {limit: 50, ...(q === '' ? {} : {q})}}}, {...pages, refetchInterval: pollPagesWhile<Database>(isBusy)})
  const writes = useMay('write')
  return (
    <Page
      title="Databases"
      about="Servers beside your applications, and those of others that you made known here."
      actions={
        writes && (
          <Button component={Link} to="/databases/new" leftSection={<IconPlus size={16} />}>
            New database
          </Button>
        )
      }
    >
      <TextInput aria-label="Search databases" placeholder="Search by name" leftSection={<IconSearch size={16} />} maw={340} value={wanted} onChange={event => setWanted(event.currentTarget.value)} />
      <Listed
        query={databases}
        label="Databases"
        empty={q === '' ? 'There is no database yet.' : `No database is called “${q}”.`}
        columns={[
          {label: 'Name', cell: database => <Anchor component={Link} to={`/databases/${database.id}`} fw={600} size="sm">{database.name}</Anchor>},
          {label: 'Engine', cell: database => `${ENGINES[database.engine]} ${database.version}`},
          {label: 'Status', cell: database => <StatusBadge status={database.status} busy={isBusy(database)} />},
          {label: 'Memory', align: 'right', cell: database => (database.resources.memoryMb === null ? 'no limit' : `${database.resources.memoryMb} MiB`)},
          {label: 'Made', align: 'right', cell: database => <When at={database.createdAt} />},
        ]}
      />
    </Page>
  )
}
