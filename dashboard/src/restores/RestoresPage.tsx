import {Anchor} from '@mantine/core'
import {Link} from 'react-router'
import {api, pages} from '../api/client'
import {pollPagesWhile} from '../api/poll'
import {between, duration} from '../parts/format'
import {Listed} from '../parts/Listed'
import {Page} from '../parts/Page'
import {StatusBadge} from '../parts/StatusBadge'
import {When} from '../parts/When'
import {isBusy, type Restore} from './status'
import {TargetName} from './TargetName'

export function RestoresPage() {
  const restores = api.useInfiniteQuery('get', '/api/restores', {params: {query: {limit: 30}}}, {...pages, refetchInterval: pollPagesWhile<Restore>(isBusy)})
  return (
    <Page title="Restores" about="Backups that were put into new databases, or in the place of what was there.">
      <Listed
        query={restores}
        label="Restores"
        empty={<>Nothing was restored yet. Choose one of the <Anchor component={Link} to="/backups?status=verified">verified backups</Anchor>.</>}
        columns={[
          {label: 'Into', cell: restore => <Anchor component={Link} to={`/restores/${restore.id}`} fw={600} size="sm"><TargetName restore={restore} /></Anchor>},
          {label: 'How', cell: restore => (restore.inPlace ? 'in place' : 'as a new database')},
          {label: 'Status', cell: restore => <StatusBadge status={restore.status} busy={isBusy(restore)} />},
          {label: 'By', cell: restore => restore.actor},
          {label: 'Asked for', cell: restore => <When at={restore.createdAt} />},
          {label: 'Took', align: 'right', cell: restore => (restore.startedAt === null ? '—' : duration(between(restore.startedAt, restore.completedAt)))},
        ]}
      />
    </Page>
  )
}
